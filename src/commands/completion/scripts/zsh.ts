/** Works as a file `_graph-overview` in fpath, and when it is sourced. */
export const ZSH = `#compdef graph-overview
# zsh completion of graph-overview
_graph-overview() {
  local current="$IPREFIX$PREFIX" line value item
  local -a lines ended open
  lines=("\${(@f)$(command graph-overview __complete zsh \\
    "\${(@Q)words[2,CURRENT-1]}" "\${(Q)current}" </dev/null 2>/dev/null)}")
  if [[ $lines[1] == files ]]; then
    [[ $current == --*=* ]] && compset -P '*='
    _files
    return
  fi
  for line in "\${(@)lines[2,-1]}"; do
    value=\${line%%$'\\t'*}
    item=\${value//\\\\/\\\\\\\\}
    item=\${item//:/\\\\:}
    [[ $line == *$'\\t'* ]] && item+=":\${line#*$'\\t'}"
    if [[ $value == *[/.] ]]; then open+=("$item"); else ended+=("$item"); fi
  done
  local -i found=1
  (( $#ended )) && _describe -V -t values 'value' ended && found=0
  (( $#open )) && _describe -V -t paths 'path' open -S '' && found=0
  return found
}
if [[ $funcstack[1] == _graph-overview ]]; then
  _graph-overview "$@"
else
  (( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
  compdef _graph-overview graph-overview
fi
`;
