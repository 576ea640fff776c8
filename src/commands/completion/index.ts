import type { AnsweringCommand } from '../command.ts';
import { SHELLS } from './shells.ts';

export const completion = {
  name: 'completion',
  group: 'Prepare',
  summary: 'Print a script that completes commands, flags, configurations, conditions and runs in your shell',
  details:
    'Prints the completion script of a shell. The program must be on the PATH, as after `npm install -g`: words\n' +
    'after `npx graph-overview` are completed by npx.\n\n' +
    'Names of configurations are those that list, watch and report have read; they are stored in the state folder, in a\n' +
    'file that only you can read, for each Graph and tenant. Completion itself sends nothing.\n\n' +
    'bash: add to ~/.bashrc\n' +
    '  source <(graph-overview completion bash)\n' +
    '  (bash 3.2 of macOS: eval "$(graph-overview completion bash)")\n\n' +
    'zsh: write it to a folder of $fpath, before compinit runs in ~/.zshrc\n' +
    '  graph-overview completion zsh > "$fpath[1]/_graph-overview"\n' +
    '  (or, after compinit: source <(graph-overview completion zsh))\n\n' +
    'fish: write it to the folder of completions\n' +
    '  graph-overview completion fish > ~/.config/fish/completions/graph-overview.fish\n\n' +
    'PowerShell: add to the file that $PROFILE names\n' +
    '  graph-overview completion powershell | Out-String | Invoke-Expression',
  arguments: [{ name: '<shell>', description: SHELLS.join(', '), choices: SHELLS }],
  options: [],
  examples: [
    {
      what: 'Complete in this bash from now on',
      line: 'completion bash > graph-overview.bash && source ./graph-overview.bash',
    },
    { what: 'The script for fish', line: 'completion fish' },
  ],
  loadAnswer: async () => (await import('./answer.ts')).answer,
} as const satisfies AnsweringCommand;
