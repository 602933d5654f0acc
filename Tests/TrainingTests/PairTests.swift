import SystemPackage
import Tensors
import Testing
import Training

@Suite struct PairTests {
    let data: DataFolder

    init() throws { data = try DataFolder() }

    private func pool(side: Int = 8) throws -> PairedPool {
        try PairedPool(
            inputs: data.path.appending("in"), targets: data.path.appending("out"), channels: 3, smallestSide: side,
            seed: 3, workers: 2)
    }

    @Test func placesAgreeAtEveryScale() throws {
        for scale in [1, 3] {
            for (i, width) in [20, 26].enumerated() {
                try data.writeMap(FilePath("in/x\(i).png"), width: width, height: 18, tag: i)
                try data.write(FilePath("out/x\(i).png"), width: width * scale, height: 18 * scale) { c, y, x in
                    c == 0 ? x / scale : c == 1 ? y / scale : i
                }
            }
            let pool = try pool()
            #expect(pool.scale == scale && pool.largestSide == 18)
            let (input, target) = (
                PlanarImage(channels: 3, height: 8, width: 8),
                PlanarImage(channels: 3, height: 8 * scale, width: 8 * scale)
            )
            for sample in 0..<60 {
                let facts = try pool.makePatch(
                    step: 2, sample: sample, input: input.view, target: target.view, workspace: PatchWorkspace())
                for c in 0..<3 {
                    for y in 0..<8 * scale {
                        for x in 0..<8 * scale {
                            #expect(target.view.row(c, y)[x] == input.view.row(c, y / scale)[x / scale])
                        }
                    }
                }
                #expect(input.view.row(2, 0)[0] * 255 == facts.picture.map { Float($0) })
            }
        }
    }

    @Test func unpairedNamesAreListed() throws {
        for name in ["a", "b", "c"] { try data.writeMap(FilePath("in/\(name).png"), width: 9, height: 9, tag: 1) }
        for name in ["b", "sub/d", "c"] { try data.writeMap(FilePath("out/\(name).png"), width: 9, height: 9, tag: 1) }
        let expected = TrainingDataError.unpaired(inputs: ["a.png"], targets: ["sub/d.png"], ambiguous: [])
        #expect(throws: expected) { try pool() }
        #expect(
            expected.description
                == "1 inputs without a target: \"a.png\"; 1 targets without an input: \"sub/d.png\"")
    }

    @Test func sizesThatDisagree() throws {
        for name in ["a", "b"] { try data.writeMap(FilePath("in/\(name).png"), width: 9, height: 9, tag: 1) }
        try data.writeMap("out/a.png", width: 18, height: 18, tag: 1)
        try data.writeMap("out/b.png", width: 18, height: 17, tag: 1)
        #expect(
            throws: TrainingDataError.pairSizes(
                name: "b.png", found: "9x9 with a target of 18x17", expected: "2 times the size, as of the first pair")
        ) { try pool() }
        try data.writeMap("out/a.png", width: 9, height: 9, tag: 1)
        try data.writeMap("out/b.png", width: 8, height: 9, tag: 1)
        #expect(
            throws: TrainingDataError.pairSizes(
                name: "b.png", found: "9x9 with a target of 8x9", expected: "the same size")
        ) { try pool() }
    }

    @Test func aPictureThatCannotBeUsed() throws {
        try data.writeMap("in/a.png", width: 9, height: 9, tag: 1)
        try data.writeMap("out/a.png", width: 9, height: 9, tag: 1)
        try data.writeMap("in/tiny.png", width: 9, height: 3, tag: 1)
        try data.writeMap("out/tiny.png", width: 9, height: 3, tag: 1)
        #expect(
            throws: TrainingDataError.unusablePair(
                .init(name: "tiny.png", reason: "9x3 is smaller than 8 pixels"))
        ) { try pool() }
    }
}
