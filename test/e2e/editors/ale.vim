" vim -N -u ale.vim -es FILE: the configuration of docs/editors/vim.md, tried.
set nocompatible nomore
set packpath+=/usr/share/vim/vimfiles
let g:ale_linters = {'mcalc': ['mcalc']}
let g:ale_hover_to_preview = 1
let g:ale_completion_enabled = 0
packadd! ale
filetype plugin on
runtime! plugin/*.vim
au BufRead,BufNewFile *.mcalc setf mcalc
function! Root(buffer) abort
  return fnamemodify(bufname(a:buffer), ':p:h')
endfunction
call ale#linter#Define('mcalc', {'name': 'mcalc', 'lsp': 'stdio', 'executable': 'node', 'command': '%e ' . $MCALC . ' lsp --stdio', 'project_root': function('Root'), 'language': 'mcalc'})
function! Until(holds) abort
  for i in range(200)
    if a:holds() | return 1 | endif
    sleep 50m
  endfor
  return 0
endfunction
let g:log = []
function! Check(holds, what) abort
  call add(g:log, (a:holds ? 'ok ' : 'not ok ') . a:what)
endfunction
function! Main() abort
  ALEEnable
  ALELint
  call Check(Until({-> len(getloclist(0)) >= 1}), 'diagnostics: ' . join(map(getloclist(0), {_, v -> v.text}), ' | '))
  call cursor(4, 7)
  ALEHover
  call Check(Until({-> bufwinnr('ALEPreviewWindow') > 0}), 'a hover opens')
  let text = join(getbufline(winbufnr(bufwinnr('ALEPreviewWindow')), 1, '$'), "\n")
  call Check(text =~ '∂f/∂x = 2x', 'it shows the derivative')
  call writefile(g:log, $OUT)
  execute join(g:log, '') =~ 'not ok' ? 'cquit!' : 'qall!'
endfunction
au VimEnter * call timer_start(100, {-> Main()})
