/** Works in bash 3.2 and newer; without `compopt`, before 4.0, a path of `--via` is followed by a space. */
export const BASH = `# bash completion of graph-overview
_graph_overview() {
  local line first=
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ -z $first ]]; then first=$line; else COMPREPLY+=("$line"); fi
  done < <(command graph-overview __complete bash "$COMP_WORDBREAKS" "\${COMP_LINE:0:COMP_POINT}" \\
    </dev/null 2>/dev/null)
  if [[ $first == files ]]; then
    compopt -o default 2>/dev/null && return
    while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "\${COMP_WORDS[COMP_CWORD]#=}")
    return
  fi
  compopt -o nosort 2>/dev/null
  if [[ \${#COMPREPLY[@]} == 1 && \${COMPREPLY[0]} == *[/.] ]]; then compopt -o nospace 2>/dev/null; fi
}
complete -F _graph_overview graph-overview
`;
