-- Strings: building, counting, indexing, cutting, splitting, joining.
local function run()
  local words = {}
  for i = 0, 99999 do words[#words + 1] = "item " .. i end
  local total = 0
  for _, word in ipairs(words) do total = total + #word end
  local text = table.concat(words, ",")
  for part in string.gmatch(text, "[^,]*") do
    if string.sub(part, 6) == "777" then total = total + 1 end
  end
  -- Lua copies the whole text at each `..`; its own way is a table of pieces.
  local pieces = {}
  for i = 0, 199999 do pieces[#pieces + 1] = "ab" end
  local line = table.concat(pieces)
  local seen = 0
  for i = 1, #line do
    if string.sub(line, i, i) == "b" then seen = seen + 1 end
  end
  return { total, #text, seen, string.upper("item 7"), (string.gsub("a-b-c", "-", "+")) }
end
print(table.concat(run(), " "))
