import Corruptions
import Imaging
import SystemPackage
import Tensors
import TestFolders
import Testing
import Training

@Suite struct PicturePoolTests {
    let data: DataFolder

    init() throws { data = try DataFolder() }

    /// The whole of a square picture of `side`, as the pool has it.
    private func patch(_ pool: PicturePool, side: Int) throws -> PlanarImage {
        let sampler = PatchSampler(
            pool: pool, corruptions: try CorruptionDistribution(["none"]), settings: .init(turns: false), seed: 1)
        let (input, target) = (
            PlanarImage(channels: pool.channels, height: side, width: side),
            PlanarImage(channels: pool.channels, height: side, width: side)
        )
        _ = try sampler.makePatch(
            step: 0, sample: 0, input: input.view, target: target.view, workspace: PatchWorkspace())
        #expect(input.samples == target.samples)
        return target
    }

    private func pool(_ channels: Int, _ name: String) throws -> PicturePool {
        try PicturePool(folders: [data.path.appending(name)], channels: channels, smallestSide: 6)
    }

    @Test func colourIsKeptAndBecomesLuma() throws {
        let value = { (c: Int, y: Int, x: Int) in (c * 80 + y * 13 + x * 7) % 256 }
        try data.write("c/a.png", width: 6, height: 6, value)
        let expected = (0..<3).flatMap { c in (0..<36).map { value(c, $0 / 6, $0 % 6) } }
        #expect(try bytes(patch(pool(3, "c"), side: 6)) == expected)
        let weights = [0.299, 0.587, 0.114]
        let luma = (0..<36).map { (i: Int) -> Int in
            var sum = 0.0
            for c in 0..<3 { sum += weights[c] * Double(value(c, i / 6, i % 6)) }
            return Int(sum.rounded())
        }
        for (a, b) in zip(try bytes(patch(pool(1, "c"), side: 6)), luma) { #expect(a == b) }
    }

    @Test func greyFillsAllChannels16BitsBecome8AndTransparencyIsLaidOnWhite() throws {
        let grey = PixelFormat(color: .grey)
        try data.write("g/a.png", width: 6, height: 6, format: grey) { _, y, x in y * 30 + x }
        let plane = (0..<36).map { $0 / 6 * 30 + $0 % 6 }
        #expect(try bytes(patch(pool(1, "g"), side: 6)) == plane)
        #expect(try bytes(patch(pool(3, "g"), side: 6)) == plane + plane + plane)

        let deep = PixelFormat(color: .grey, bitDepth: 16)
        try data.write("d/a.png", width: 6, height: 6, format: deep) { _, y, x in y * 10_000 + x * 77 }
        let rounded = (0..<36).map { (i: Int) -> Int in
            let stored = i / 6 * 10_000 + i % 6 * 77
            return Int((Double(stored) / 257).rounded())
        }
        #expect(try bytes(patch(pool(1, "d"), side: 6)) == rounded)

        let alpha = PixelFormat(color: .rgb, hasAlpha: true)
        try data.write("t/a.png", width: 6, height: 6, format: alpha) { c, _, x in c == 3 ? x * 51 : 100 }
        let onWhite = (0..<108).map { Int((255 - 31 * Double($0 % 6)).rounded()) }
        #expect(try bytes(patch(pool(3, "t"), side: 6)) == onWhite)
    }

    @Test func whatCannotBeUsedIsListed() throws {
        try data.writeMap("in/good.png", width: 40, height: 30, tag: 1)
        try data.writeMap("in/small.png", width: 40, height: 15, tag: 1)
        try data.folder.write("notes", to: "in/notes.txt")
        try data.folder.write("", to: "in/empty.png")
        let pool = try PicturePool(folders: [data.path.appending("in")], channels: 3, smallestSide: 16, workers: 3)
        #expect(pool.pictures.map(\.name) == ["good.png"])
        #expect(pool.skipped.map(\.name) == ["empty.png", "small.png"])
        #expect(pool.skipped.last?.reason == "40x15 is smaller than 16 pixels")
        #expect(pool.area == 1200)
        #expect(pool.isResident)
    }

    @Test func severalFolders() throws {
        try data.writeMap("b/a.png", width: 20, height: 20, tag: 1)
        try data.writeMap("a/a.png", width: 20, height: 30, tag: 1)
        let folders = ["b", "a"].map { data.path.appending($0) }
        let pool = try PicturePool(folders: folders, channels: 1, smallestSide: 6)
        #expect(pool.pictures.map(\.name) == folders.map { $0.appending("a.png") })
        #expect(pool.area == 1000)
    }

    @Test func errors() throws {
        try data.writeMap("in/small.png", width: 9, height: 15, tag: 1)
        let folder = data.path.appending("in")
        do {
            _ = try PicturePool(folders: [folder], channels: 3, smallestSide: 10)
            Issue.record("a pool without pictures")
        } catch {
            guard case .noPictures([folder], let skipped) = error else { throw error }
            #expect(skipped.map(\.name) == ["small.png"])
            #expect("\(error)".contains("can be trained on: \"small.png\": 9x15 is smaller than 10 pixels"))
        }
        #expect(throws: TrainingDataError.self) {
            try PicturePool(folders: [data.path.appending("none")], channels: 3, smallestSide: 10)
        }
    }

    @Test func boundedMemoryReadsAgainAndGivesTheSamePatches() throws {
        for i in 0..<6 { try data.writeNoise(FilePath("in/\(i).png"), width: 40, height: 30, seed: UInt64(i)) }
        let folder = data.path.appending("in")
        let bytes = 3 * 40 * 30
        let all = try PicturePool(folders: [folder], channels: 3, smallestSide: 16, workers: 2)
        let two = try PicturePool(folders: [folder], channels: 3, smallestSide: 16, maximumBytes: 2 * bytes, workers: 2)
        let none = try PicturePool(folders: [folder], channels: 3, smallestSide: 16, maximumBytes: 10)
        #expect(all.byteCount == 6 * bytes && all.isResident)
        #expect(!two.isResident && two.byteCount == 2 * bytes)
        #expect(!none.isResident && none.byteCount == 0)
        let distribution = try CorruptionDistribution(["gaussian:0-50"])
        let workspace = PatchWorkspace()
        for sample in 0..<40 {
            var patches: [[Float]] = []
            for pool in [all, two, none] {
                let sampler = PatchSampler(pool: pool, corruptions: distribution, seed: 4)
                let input = PlanarImage(channels: 3, height: 16, width: 16)
                let target = PlanarImage(channels: 3, height: 16, width: 16)
                _ = try sampler.makePatch(
                    step: 1, sample: sample, input: input.view, target: target.view, workspace: workspace)
                patches.append(input.samples + target.samples)
            }
            #expect(patches[0] == patches[1] && patches[0] == patches[2])
            #expect(two.byteCount <= 2 * bytes)
            #expect(none.byteCount <= bytes)
        }
        #expect(all.readAgainCount == 0)
        #expect((10..<40).contains(two.readAgainCount))
    }

    @Test func aPictureThatChangesDuringTraining() throws {
        try data.writeNoise("in/a.png", width: 40, height: 30, seed: 1)
        let pool = try PicturePool(
            folders: [data.path.appending("in")], channels: 3, smallestSide: 16, maximumBytes: 10)
        try data.writeNoise("in/a.png", width: 41, height: 30, seed: 1)
        #expect(throws: TrainingDataError.changed(name: "a.png", reason: "41x30 pixels, it had 40x30")) {
            try patch(pool, side: 16)
        }
    }
}
