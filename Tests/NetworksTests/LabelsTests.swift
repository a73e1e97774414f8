/// Names of classes.

import Assets
import Networks
import Testing

struct LabelsTests {
  @Test func `the first synonym is the short name`() {
    let labels = Labels(text: "tench, Tinca tinca\r\ngoldfish, Carassius auratus\ncock\n\n")
    #expect(labels.count == 3)
    #expect(labels.short == ["tench", "goldfish", "cock"])
    #expect(labels.full[0] == "tench, Tinca tinca")
  }

  @Test func `a class is found by any of its names`() {
    let labels = Labels(["tench, Tinca tinca", "crane", "house finch, linnet", "crane, bird"])
    #expect(labels.indices(of: "Tinca Tinca") == [0])
    #expect(labels.indices(of: "tench, tinca tinca") == [0])
    #expect(labels.indices(of: "linnet") == [2])
    #expect(labels.indices(of: "crane") == [1, 3])
    #expect(labels.indices(of: "zebra").isEmpty)
    #expect(Labels([]).indices(of: "").isEmpty)
  }

  @Test func `the shelf names a thousand classes`() throws {
    let labels = Labels(text: try #require(Assets.text(named: "Shelf/imagenet.labels")))
    #expect(labels.count == 1000)
    #expect(labels.short[282] == "tiger cat")
    #expect(labels.indices(of: "espresso") == [967])
    #expect(labels.short.allSatisfy { !$0.isEmpty })
  }
}
