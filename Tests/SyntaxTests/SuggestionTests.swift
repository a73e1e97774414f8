/// "Did you mean".

import Syntax
import Testing

struct SuggestionTests {
  @Test(
    arguments: [
      ("softmx", ["softmax", "sort", "relu"], ["softmax"]),
      ("Relu", ["relu", "elu"], ["relu", "elu"]),
      ("gradeint", ["gradient", "grad", "hessian"], ["gradient", "grad"]),
      ("x", ["y", "xs", "long"], ["xs"]),
      ("x", ["x"], []),
      ("gradients", ["integrated_gradients", "lrp"], ["integrated_gradients"]),
      ("zzz", ["a", "b"], []),
      ("", ["a"], []),
      ("men", ["mean", "mena", "main", "amen"], ["amen", "mean", "mena"]),
      ("abcdefg", ["abcdxyz"], ["abcdxyz"]),
      ("abcdef", ["abcxyz"], []),
    ] as [(String, [String], [String])])
  func `the closest names come first`(_ word: String, _ names: [String], _ nearest: [String]) {
    #expect(Suggestion.nearest(to: word, among: names) == nearest)
  }

  @Test func `long names cost little`() {
    let long = String(repeating: "a", count: 100_000)
    #expect(Suggestion.nearest(to: long, among: [long + "b"]) == [long + "b"])
  }
}
