// The core's functions on lists, ranges and records.
import Runtime
import Testing

@Suite struct CoreListTests {
  @Test(arguments: [
    Case("range(4)", "[0, 1, 2, 3]"),
    Case("range(2, 5)", "[2, 3, 4]"),
    Case("range(0, 10, step: 4)", "[0, 4, 8]"),
    Case("range(3, 0, step: -1)", "[3, 2, 1]"),
    Case("range(3, 0)", "[]"),
    Case("range(0, 0.3, 0.1)", "[0.0, 0.1, 0.2]"),
    Case("range(1, 0, -0.5)", "[1.0, 0.5]"),
    Case(
      "range(-9223372036854775807, 9223372036854775807, 9223372036854775807)",
      "[-9223372036854775807, 0]"),
    Case(
      "range(9223372036854775800, 9223372036854775807, 5)",
      "[9223372036854775800, 9223372036854775805]"),
    Case("append([], none)", "[none]"),
    Case("let a = [1]\nlet b = append(a, 2)\n[a, b]", "[[1], [1, 2]]"),
    Case("map([1, 2], x => x / 2)", "[0.5, 1.0]"),
    Case("map(0..<3, sqrt)", "[0.0, 1.0, 1.4142135623730951]"),
    Case("map(\"né\", upper)", "[\"N\", \"É\"]"),
    Case("map({x: 1, y: 2}, upper)", "[\"X\", \"Y\"]"),
    Case("filter([3, nan, 1], is_finite)", "[3, 1]"),
    Case("reduce([], 7, (a, b) => a)", "7"),
    Case("reduce(\"abc\", \"\", (a, b) => b + a)", "\"cba\""),
    Case("enumerate([5, 6], from: 1)", "[[1, 5], [2, 6]]"),
    Case("zip()", "[]"),
    Case("zip(0..<2, \"ab\", [3, 4])", "[[0, \"a\", 3], [1, \"b\", 4]]"),
    Case("repeat([], 2)", "[[], []]"),
    Case("repeat(1, 0)", "[]"),
    Case("first(5..<9)", "5"),
    Case("last(\"abc\")", "\"c\""),
    Case("take([1, 2, 3], 5)", "[1, 2, 3]"),
    Case("take(\"né!\", 2)", "\"né\""),
    Case("drop([1, 2, 3], 1)", "[2, 3]"),
    Case("drop(\"né!\", 9)", "\"\""),
    Case("contains([1, 2.0], 2)", "true"),
    Case("contains(0..<3, 3)", "false"),
    Case("contains({x: 1}, \"x\")", "true"),
    Case("contains(\"abc\", \"\")", "true"),
    Case("index_of([1, 2], 3)", "none"),
    Case("index_of(\"naïve\", \"v\")", "3"),
    Case("index_of(\"abc\", \"\")", "0"),
    Case("count(0..<10, x => x > 6)", "3"),
    Case("any([])", "false"),
    Case("all([])", "true"),
    Case("any([false, true, 3])", "true"),
    Case("all([1, 2], x => x > 1)", "false"),
    Case(
      "unique([1, 1.0, \"1\", [1], [1.0], none, nan, nan, {a: 1}, {a: 1}])",
      "[1, \"1\", [1], none, nan, {a: 1}]"),
    Case(
      "group_by([\"a\", \"bb\", \"c\"], length)",
      "[{key: 1, values: [\"a\", \"c\"]}, {key: 2, values: [\"bb\"]}]"),
    Case("length(map([1, 2, 3], identity))", "3"),
  ]) func `functions on lists give`(_ example: Case) throws { try example.expectValue() }

  @Test(arguments: [
    Case("sort([3, 1, 2])", "[1, 2, 3]"),
    Case("sort([2, nan, 1.5, 1])", "[1, 1.5, 2, nan]"),
    Case("sort([2, nan, 1.5, 1], descending: true)", "[2, 1.5, 1, nan]"),
    Case("sort([\"b\", \"a\", \"B\"])", "[\"B\", \"a\", \"b\"]"),
    Case("sort([[2, \"a\"], [1, \"b\"], [1, \"a\"]])", "[[1, \"a\"], [1, \"b\"], [2, \"a\"]]"),
    Case(
      "sort([\"pear\", \"fig\", \"plum\", \"kiwi\", \"nut\"], by: length)",
      "[\"fig\", \"nut\", \"pear\", \"plum\", \"kiwi\"]"),
    Case(
      "sort([\"pear\", \"fig\", \"plum\", \"kiwi\", \"nut\"], by: length, descending: true)",
      "[\"pear\", \"plum\", \"kiwi\", \"fig\", \"nut\"]"),
    Case("sort([])", "[]"),
    Case("sort([9007199254740993, 9007199254740992])", "[9007199254740992, 9007199254740993]"),
    Case("reverse([1, 2])", "[2, 1]"),
    Case("reverse(\"aé\")", "\"éa\""),
    Case("min_by([3, -4, 2], abs)", "2"),
    Case("max_by([3, -4, 4], abs)", "-4"),
    Case("max_by([nan, 1], identity)", "1"),
    Case("min_by([nan, 1], identity)", "1"),
  ]) func `what is ordered stands in order`(_ example: Case) throws { try example.expectValue() }

  @Test func `sorting many elements agrees with a sort of Swift`() throws {
    let probe = try CoreProbe()
    var state: UInt32 = 7
    let numbers = (0..<1_000).map { _ -> Int in
      state = state &* 1_664_525 &+ 1_013_904_223
      return Int(state >> 20)
    }
    probe.session.define("numbers", Value(numbers.map { .int($0) }))
    let sorted = Description.full(Value(numbers.sorted().map { .int($0) }))
    #expect(try probe.text("sort(numbers)") == sorted)
    #expect(try probe.text("reverse(sort(numbers, descending: true))") == sorted)
    // Equal keys keep the order of their elements.
    #expect(
      try probe.text("map(sort(enumerate(numbers), by: p => p[1] % 3), p => [p[1] % 3, p[0]])")
        == probe.text("sort(map(enumerate(numbers), p => [p[1] % 3, p[0]]))"))
  }

  @Test(arguments: [
    Case("sum([])", "0"),
    Case("sum(0..<101)", "5050"),
    Case("sum([1, 2.5])", "3.5"),
    Case("sum([1e100, 1.0, -1e100])", "1.0"),
    Case("sum([inf, 1.0])", "inf"),
    Case("sum([inf, -inf])", "nan"),
    Case("sum(repeat(0.1, 10))", "1.0"),
    Case("product([])", "1"),
    Case("product([2, 0.5])", "1.0"),
    Case("mean([1, 2, 6])", "3.0"),
    Case("mean([9223372036854775807, 9223372036854775807])", "9.223372036854776e+18"),
    Case("min(3, 1.5, 2)", "1.5"),
    Case("max([3, 1])", "3"),
    Case("max(0..<5)", "4"),
    Case("max(7)", "7"),
    Case("max(1, nan, 3)", "nan"),
    Case("min([nan, 3])", "nan"),
    Case("max(\"a\", \"c\", \"b\")", "\"c\""),
    Case("min([[2, 1], [1, 9]])", "[1, 9]"),
  ]) func `lists fold to`(_ example: Case) throws { try example.expectValue() }

  @Test(arguments: [
    Case("keys({})", "[]"),
    Case("values({a: 1, \"two words\": 2})", "[1, 2]"),
    Case("items({a: 1})", "[[\"a\", 1]]"),
    Case("has({a: none}, \"a\")", "true"),
    Case("has(0..<3, \"lower\")", "true"),
    Case("keys(0..<3)", "[\"lower\", \"upper\"]"),
    Case("without({a: 1, b: 2, c: 3}, [\"a\", \"c\"])", "{b: 2}"),
    Case("without({a: 1})", "{a: 1}"),
    Case("merge()", "{}"),
    Case("merge({a: 1, b: 2}, {b: 3, c: 4})", "{a: 1, b: 3, c: 4}"),
    Case("let a = {x: 1}\nlet b = merge(a, {x: 2})\n[a.x, b.x]", "[1, 2]"),
  ]) func `functions on records give`(_ example: Case) throws { try example.expectValue() }

  @Test(arguments: [
    Case("max([3, 1]...)", "3"),
    Case("let rows = [[1, 2], [3, 4]]\nzip(rows...)", "[[1, 3], [2, 4]]"),
    Case("merge([{a: 1}, {b: 2}]...)", "{a: 1, b: 2}"),
    Case("without({a: 1, b: 2}, [\"a\"]...)", "{b: 2}"),
    Case("sort(descending: true, values: [1, 2])", "[2, 1]"),
    Case("fn f(rest...) { rest }\nlet xs = [1, 2]\nf(0, xs...)", "[0, 1, 2]"),
    Case("fn f(x, rest...) { [x, rest] }\nf(x: 1)", "[1, []]"),
    Case("let f = sqrt >> string\nf([4]...)", "\"2.0\""),
    Case("let f = identity >> identity\nf([sqrt]...)(4)", "2.0"),
  ]) func `labels and spreads come to variadic parameters`(_ example: Case) throws {
    try example.expectValue()
  }

  @Test(arguments: [
    Case("map(3, sqrt)", "map: `values` must be a List or a Range, found the Int 3"),
    Case("map([1], 2)", "map: `f` must be a Function, found the Int 2"),
    Case("filter([1], identity)", "filter needs a Bool for each element, found the Int 1"),
    Case("any([1])", "any needs a Bool for each element, found the Int 1"),
    Case("range(0, 5, step: 0)", "range: `step` must be a step other than 0, found the Int 0"),
    Case("range(0, inf)", "range needs finite numbers, found 0.0, inf and the step 1.0"),
    Case("range(\"a\")", "range: `from` must be a number, found the String \"a\""),
    Case("range(0, \"a\")", "range: `to` must be a number, found the String \"a\""),
    Case("range(1000000000000)", "1000000000000 numbers are too many for a List"),
    Case("range(0, 1e300)", "1000000000000000000 numbers are too many for a List"),
    Case("repeat(0, 1000000000000)", "1000000000000 elements are too many for a List"),
    Case("repeat(0, -1)", "repeat: `count` must be an Int of at least 0, found the Int -1"),
    Case("map(0..<1000000000000, sqrt)", "1000000000000 elements are too many for a List"),
    Case("reverse(0..<1000000000000)", "1000000000000 elements are too many for a List"),
    Case("append(1, 2)", "append: `values` must be a List, found the Int 1"),
    Case("zip([1], [])", "zip needs lists of one length: the first has 1 elements, number 2 has 0"),
    Case("first([])", "first of nothing: there are no elements"),
    Case("last(\"\")", "last of nothing: there are no elements"),
    Case("take([1], -1)", "take: `count` must be an Int of at least 0, found the Int -1"),
    Case("contains(\"a\", 1)", "contains: `value` must be a String, found the Int 1"),
    Case("contains({a: 1}, 1)", "contains: `value` must be a String, found the Int 1"),
    Case("contains(3, 1)", "contains: `values` must be a List or a Range, found the Int 3"),
    Case("sort([1, \"a\"])", "sort cannot order an Int and a String"),
    Case("sort([\"a\", 1])", "sort cannot order a String and an Int"),
    Case("sort([{a: 1}])", "sort orders numbers, Strings or Lists, found the Record {a: 1}"),
    Case("sort([[1], [\"a\"]])", "< is not defined for …"),
    Case("min_by([], abs)", "min_by of nothing: there are no elements"),
    Case("min([])", "min of nothing: there are no elements"),
    Case("max()", "max needs a List, or values to compare"),
    Case("max(1, \"a\")", "max cannot order an Int and a String"),
    Case(
      "max({a: 1})",
      "max: `values` must be a List, a Range or values to compare, found the Record {a: 1}"),
    Case("mean([])", "mean of nothing: there are no elements"),
    Case("mean([1, none])", "mean: element 1 must be a number, found none"),
    Case("sum([true])", "sum: element 0 must be a number, found the Bool true"),
    Case(
      "sum(\"12\")", "sum: `values` must be a List or Range of numbers, found the String \"12\""),
    Case("sum([1, 2], axis: 0)", "sum: an axis needs a Tensor, found the List [1, 2]"),
    Case("sum([9223372036854775807, 1])", "the sum is too large for an Int"),
    Case("product([9223372036854775807, 2])", "the product is too large for an Int"),
    Case(
      "enumerate([1, 2], from: 9223372036854775807)",
      "enumerate: the last index is too large for an Int"),
    Case("keys([1])", "keys: `record` must be a Record, found the List [1]"),
    Case("has({a: 1}, 1)", "has: `name` must be a String, found the Int 1"),
    Case("without({a: 1}, \"b\")", "without: the Record has no field `b`"),
    Case("without({a: 1}, [1])", "without: `names` must be Strings, found the Int 1"),
    Case("merge({a: 1}, 2)", "merge: `records` must be Records, found the Int 2"),
    Case("unique([x => x, y => y])", "functions cannot be compared"),
  ]) func `what cannot be done with lists is an error`(_ example: Case) throws {
    try example.expectFailure()
  }
}
