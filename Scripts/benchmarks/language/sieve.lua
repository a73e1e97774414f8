-- Changes of list elements: primes below 500,000.
local function run()
  local n = 500000
  local flags = {}
  for i = 1, n do flags[i] = true end
  local count = 0
  for i = 2, n - 1 do
    if flags[i + 1] then
      count = count + 1
      local k = i + i
      while k < n do
        flags[k + 1] = false
        k = k + i
      end
    end
  end
  return count
end
print(run())
