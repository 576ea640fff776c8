import { ENTITY_TYPES, type EntityTypeRow } from '../catalog/navigation.ts';
import { containedIn, propertiesOf, type Version } from './schema.ts';

/** Types that are not configurations; their content is not supported. */
const OTHER_TYPES = [
  'deviceConfigurationAssignment',
  'deviceConfigurationDeviceOverview',
  'deviceConfigurationGroupAssignment',
  'deviceConfigurationUserOverview',
] as const;

const CONFIGURATION = 'deviceConfiguration';
const GROUP_ASSIGNMENT = 'deviceConfigurationGroupAssignment';

/** The types of the `target` of an assignment, and the two enumerations of beta. */
const ENUMS = `      <EnumType Name="deviceAndAppManagementAssignmentFilterType">
        <Member Name="none" Value="0" />
        <Member Name="include" Value="1" />
        <Member Name="exclude" Value="2" />
      </EnumType>
      <EnumType Name="deviceAndAppManagementAssignmentSource">
        <Member Name="direct" Value="0" />
        <Member Name="policySets" Value="1" />
      </EnumType>
      <EnumType Name="deviceConfigAssignmentIntent">
        <Member Name="apply" Value="0" />
        <Member Name="remove" Value="1" />
      </EnumType>
`;

/** `$metadata`: the supported part of Graph as CSDL 4.0, base types before derived types. */
export function metadataDocument(version: Version): string {
  const rows = ENTITY_TYPES.filter((row) => row.name !== GROUP_ASSIGNMENT && (version === 'beta' || row.v1));
  const others = OTHER_TYPES.filter((name) => version === 'beta' || name !== GROUP_ASSIGNMENT);
  return `<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">
  <edmx:DataServices>
    <Schema Namespace="microsoft.graph" Alias="graph" xmlns="http://docs.oasis-open.org/odata/ns/edm">
${version === 'beta' ? ENUMS : ''}${targetTypes(version)}
      <EntityType Name="entity" Abstract="true">
        <Key>
          <PropertyRef Name="id" />
        </Key>
        <Property Name="id" Type="Edm.String" Nullable="false" />
      </EntityType>
      <EntityType Name="deviceManagement" BaseType="graph.entity">
        <NavigationProperty Name="deviceConfigurations" Type="Collection(graph.deviceConfiguration)" ContainsTarget="true" />
      </EntityType>
${basesFirst(rows)
  .map((row) => configurationType(row, version))
  .join('\n')}
${others.map((name) => otherType(name, version)).join('\n')}
      <EntityContainer Name="GraphService">
        <Singleton Name="deviceManagement" Type="graph.deviceManagement" />
      </EntityContainer>
    </Schema>
  </edmx:DataServices>
</edmx:Edmx>
`;
}

/** In the order of the list, except that a base type comes before the first derived type. */
function basesFirst(rows: readonly EntityTypeRow[]): readonly EntityTypeRow[] {
  const byName = new Map(rows.map((row) => [row.name, row]));
  const ordered = new Set<EntityTypeRow>();
  for (const row of rows) {
    const line: EntityTypeRow[] = [];
    for (let one: EntityTypeRow | undefined = row; one !== undefined; one = byName.get(one.base))
      line.unshift(one);
    for (const one of line) ordered.add(one);
  }
  return [...ordered];
}

function configurationType(row: EntityTypeRow, version: Version): string {
  const own = row.name === CONFIGURATION;
  const contained = own ? containedIn(version).map((one) => navigationText(one, true)) : [];
  const between = own || version === 'v1.0' ? [] : row.navigation.map((one) => navigationText(one, false));
  return typeText(
    `EntityType Name="${row.name}" BaseType="graph.${row.base}"${row.abstract ? ' Abstract="true"' : ''}`,
    [...(own ? propertyTexts(row.name, version) : []), ...contained, ...between],
  );
}

function otherType(name: string, version: Version): string {
  const back =
    name === GROUP_ASSIGNMENT
      ? [navigationText({ name: CONFIGURATION, target: CONFIGURATION, collection: false }, false)]
      : [];
  return typeText(`EntityType Name="${name}" BaseType="graph.entity"`, [
    ...propertyTexts(name, version),
    ...back,
  ]);
}

function targetTypes(version: Version): string {
  const base = 'deviceAndAppManagementAssignmentTarget';
  const filter = [
    '        <Property Name="deviceAndAppManagementAssignmentFilterId" Type="Edm.String" />',
    '        <Property Name="deviceAndAppManagementAssignmentFilterType" Type="graph.deviceAndAppManagementAssignmentFilterType" Nullable="false" />',
  ];
  const group = ['        <Property Name="groupId" Type="Edm.String" />'];
  return [
    typeText(`ComplexType Name="${base}" Abstract="true"`, version === 'beta' ? filter : []),
    typeText(`ComplexType Name="allDevicesAssignmentTarget" BaseType="graph.${base}"`, []),
    typeText(`ComplexType Name="allLicensedUsersAssignmentTarget" BaseType="graph.${base}"`, []),
    typeText(`ComplexType Name="groupAssignmentTarget" BaseType="graph.${base}"`, group),
    typeText('ComplexType Name="exclusionGroupAssignmentTarget" BaseType="graph.groupAssignmentTarget"', []),
  ].join('\n');
}

function typeText(head: string, members: readonly string[]): string {
  const [kind] = head.split(' ');
  return members.length === 0
    ? `      <${head} />`
    : `      <${head}>\n${members.join('\n')}\n      </${kind}>`;
}

/** Without the inherited `id`, sorted by name as in Graph. */
function propertyTexts(type: string, version: Version): string[] {
  return propertiesOf(type, version)
    .filter(({ name }) => name !== 'id')
    .toSorted((left, right) => (left.name < right.name ? -1 : 1))
    .map(
      ({ name, type, nullable }) =>
        `        <Property Name="${name}" Type="${type}"${nullable ? '' : ' Nullable="false"'} />`,
    );
}

function navigationText(
  {
    name,
    target,
    collection,
  }: { readonly name: string; readonly target: string; readonly collection: boolean },
  contained: boolean,
): string {
  const type = collection ? `Collection(graph.${target})` : `graph.${target}`;
  const contains = contained ? ' ContainsTarget="true"' : '';
  return `        <NavigationProperty Name="${name}" Type="${type}"${contains} />`;
}
