import { ENTITY_TYPES, type EntityTypeRow } from '../catalog/navigation.ts';
import { PROPERTIES } from '../catalog/properties.ts';
import type { Version } from './metadata.ts';

/** `$metadata`: the served part of Graph as CSDL 4.0. */
export function metadataDocument(version: Version): string {
  const types = ENTITY_TYPES.filter((row) => version === 'beta' || row.v1);
  return `<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">
  <edmx:DataServices>
    <Schema Namespace="microsoft.graph" Alias="graph" xmlns="http://docs.oasis-open.org/odata/ns/edm">
      <EntityType Name="entity" Abstract="true">
        <Key>
          <PropertyRef Name="id" />
        </Key>
        <Property Name="id" Type="Edm.String" Nullable="false" />
      </EntityType>
      <EntityType Name="deviceManagement" BaseType="graph.entity">
        <NavigationProperty Name="deviceConfigurations" Type="Collection(graph.deviceConfiguration)" ContainsTarget="true" />
      </EntityType>
${types.map((row) => typeText(row, version)).join('\n')}
      <EntityType Name="deviceConfigurationDeviceOverview" BaseType="graph.entity">
${overviewProperties(version)}
      </EntityType>
      <EntityContainer Name="GraphService">
        <Singleton Name="deviceManagement" Type="graph.deviceManagement" />
      </EntityContainer>
    </Schema>
  </edmx:DataServices>
</edmx:Edmx>
`;
}

function typeText(row: EntityTypeRow, version: Version): string {
  const members = [...ownProperties(row, version), ...navigationProperties(row, version)];
  const head = `      <EntityType Name="${row.name}" BaseType="graph.${row.base}"${row.abstract ? ' Abstract="true"' : ''}`;
  return members.length === 0 ? `${head} />` : `${head}>\n${members.join('\n')}\n      </EntityType>`;
}

function navigationProperties(row: EntityTypeRow, version: Version): string[] {
  const contained = row.name === 'deviceConfiguration' ? [contains('deviceStatusOverview')] : [];
  if (version === 'v1.0') return contained;
  return [
    ...contained,
    ...row.navigation.map(({ name, target, collection }) => {
      const type = collection ? `Collection(graph.${target})` : `graph.${target}`;
      return `        <NavigationProperty Name="${name}" Type="${type}" />`;
    }),
  ];
}

function contains(name: string): string {
  return `        <NavigationProperty Name="${name}" Type="graph.deviceConfigurationDeviceOverview" ContainsTarget="true" />`;
}

function ownProperties(row: EntityTypeRow, version: Version): string[] {
  if (row.name !== 'deviceConfiguration') return [];
  const properties: readonly (readonly [string, string, boolean])[] = [
    ['createdDateTime', 'Edm.DateTimeOffset', false],
    ['description', 'Edm.String', true],
    ['displayName', 'Edm.String', false],
    ['lastModifiedDateTime', 'Edm.DateTimeOffset', false],
    ...(version === 'beta'
      ? ([
          ['roleScopeTagIds', 'Collection(Edm.String)', true],
          ['supportsScopeTags', 'Edm.Boolean', false],
        ] as const)
      : []),
    ['version', 'Edm.Int32', false],
  ];
  return properties.map(
    ([name, type, nullable]) =>
      `        <Property Name="${name}" Type="${type}"${nullable ? '' : ' Nullable="false"'} />`,
  );
}

function overviewProperties(version: Version): string {
  return PROPERTIES.filter(({ name, apiVersions }) => name !== 'id' && apiVersions.includes(version))
    .map(({ name, type }) => `        <Property Name="${name}" Type="${type}" Nullable="false" />`)
    .join('\n');
}
