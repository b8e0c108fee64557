/** What a shell loads to complete `keymolt`. Each asks `keymolt completion SHELL -- WORDS…` for what may come next. */
export const COMPLETION_SCRIPTS = {
  bash: `# bash completion for keymolt; in ~/.bashrc: source <(keymolt completion bash)
_keymolt() {
  COMPREPLY=()
  local line
  while IFS= read -r line; do
    COMPREPLY+=("$line")
  done < <("\${COMP_WORDS[0]/#\\~/$HOME}" completion bash -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -o bashdefault -F _keymolt keymolt
`,
  zsh: `#compdef keymolt
# zsh completion for keymolt; in ~/.zshrc, behind compinit: source <(keymolt completion zsh)
_keymolt() {
  local -a candidates
  candidates=("\${(@f)$("\${(Q)words[1]}" completion zsh -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "\${candidates[1]}" ]]; then
    _describe -t keymolt keymolt candidates
  else
    _files
  fi
}
if [[ "\${funcstack[1]}" = _keymolt ]]; then _keymolt "$@"; else compdef _keymolt keymolt; fi
`,
  fish: `# fish completion for keymolt: keymolt completion fish > ~/.config/fish/completions/keymolt.fish
function __keymolt_complete
    set -l words (commandline -opc) (commandline -ct)
    keymolt completion fish -- $words[2..-1] 2>/dev/null
end
complete -c keymolt -a '(__keymolt_complete)'
`,
} as const;

export type Shell = keyof typeof COMPLETION_SCRIPTS;
export const SHELLS = Object.keys(COMPLETION_SCRIPTS) as readonly Shell[];
