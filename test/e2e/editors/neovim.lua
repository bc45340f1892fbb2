-- nvim --headless --clean -c 'luafile neovim.lua': the configuration of docs/editors/neovim.md, tried.
local function out(text) io.stdout:write(text .. "\n") end
local function check(holds, what)
  out((holds and "ok " or "not ok ") .. what)
  if not holds then vim.cmd("cquit 1") end
end
local ok, err = pcall(function()
  vim.filetype.add({ extension = { mcalc = "mcalc" } })
  vim.cmd("edit " .. vim.env.SAMPLE)
  vim.bo.filetype = "mcalc"
  local id = vim.lsp.start_client({ name = "mcalc", cmd = { "node", vim.env.MCALC, "lsp", "--stdio" }, root_dir = vim.fn.getcwd() })
  vim.lsp.buf_attach_client(0, id)
  check(vim.wait(15000, function() return #vim.diagnostic.get(0) >= 1 end, 20), "diagnostics")
  check(vim.diagnostic.get(0)[1].message:match("m×n") ~= nil, "a message that names the shape: " .. vim.diagnostic.get(0)[1].message)
  vim.api.nvim_win_set_cursor(0, { 4, 6 })
  vim.lsp.buf.hover()
  local float
  check(vim.wait(5000, function()
    for _, w in ipairs(vim.api.nvim_list_wins()) do
      if vim.api.nvim_win_get_config(w).relative ~= "" then float = w return true end
    end
  end, 20), "a hover opens")
  local lines = table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(float), 0, -1, false), "\n")
  check(lines:match("∂f/∂x = 2x") ~= nil, "it shows the derivative")
  vim.api.nvim_win_close(float, true)
  local params = vim.lsp.util.make_given_range_params({ 3, 4 }, { 3, 6 })
  params.context = { diagnostics = {}, only = { "quickfix" } }
  local action = vim.lsp.buf_request_sync(0, "textDocument/codeAction", params, 5000)[id].result[1]
  check(action ~= nil, "a repair: " .. tostring(action and action.title))
  local edit = action.edit or vim.lsp.buf_request_sync(0, "codeAction/resolve", action, 5000)[id].result.edit
  vim.lsp.util.apply_workspace_edit(edit, "utf-16")
  check(vim.api.nvim_buf_get_lines(0, 2, 3, false)[1] == "y = A'*x", "the repair is applied")
  check(vim.wait(8000, function()
    return #vim.tbl_filter(function(d) return d.severity == 1 end, vim.diagnostic.get(0)) == 0
  end, 20), "diagnostics follow the edit")
  vim.lsp.stop_client(id)
end)
if not ok then
  out("not ok " .. tostring(err))
  vim.cmd("cquit 1")
end
vim.cmd("qall!")
