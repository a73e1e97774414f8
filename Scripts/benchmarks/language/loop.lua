-- Int arithmetic: two million turns of a nested loop.
local function run()
  local s = 0
  for i = 0, 1999 do
    for j = 0, 999 do s = s + i * j % 7 end
  end
  return s
end
print(run())
