-- Lists: growing, sorting, slicing, comprehensions, going through.
local function run()
  local numbers, state = {}, 1
  for i = 1, 200000 do
    state = (state * 1103515245 + 12345) % 2147483648
    numbers[#numbers + 1] = state
  end
  local sorted = table.move(numbers, 1, #numbers, 1, {})
  table.sort(sorted)
  local squares = {}
  for _, x in ipairs(numbers) do
    if x % 2 == 1 then squares[#squares + 1] = x % 1000 * (x % 1000) end
  end
  local total = 0
  for _, x in ipairs(squares) do total = total + x end
  local pairs_ = 0
  for i = 0, 199999 do
    local pair = { i, numbers[i + 1] }
    pairs_ = pairs_ + pair[1] % 3 + #pair
  end
  local middle = table.move(sorted, 1001, 199000, 1, {})
  local sum = 0
  for _, x in ipairs(squares) do sum = sum + x end
  local reversed = {}
  for i = #numbers, 1, -1 do reversed[#reversed + 1] = numbers[i] end
  return { total, pairs_, middle[1], middle[#middle], sum, #reversed }
end
print(table.concat(run(), " "))
