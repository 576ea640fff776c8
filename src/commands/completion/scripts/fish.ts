/** Works in fish 3.1 and newer. */
export const FISH = String.raw`# fish completion of graph-overview
function __graph_overview_complete
    set -l current (commandline -ct)
    set -l before (commandline -opc)
    while string match -qr '^\w+=' -- "$before[1]"
        set -e before[1]
    end
    set -e before[1]
    set -l lines (command graph-overview __complete fish $before "$current" </dev/null 2>/dev/null)
    if test "$lines[1]" = files
        set -l prefix (string match -r -- '^--[\w-]+=' "$current")
        for path in (__fish_complete_path (string replace -r -- '^--[\w-]+=' '' "$current"))
            echo "$prefix$path"
        end
    else
        set -e lines[1]
        printf '%s\n' $lines
    end
end
complete -c graph-overview -e
complete -c graph-overview -f -k -a '(__graph_overview_complete)'
`;
