import Imaging
import Latents
import Tensors
import TestSupport
import Testing
import Workers

@Suite struct CopySearchTests {
    private static let scenes = (1...8).map { CopyPictures.scene(seed: $0, height: 180, width: 240) }

    private static func changed(_ image: PlanarImage, _ change: (Float) -> Float) -> PlanarImage {
        PlanarImage(
            channels: image.channels, height: image.height, width: image.width, samples: image.samples.map(change))
    }

    private static func search(_ images: [PlanarImage], workers: Int = 1) -> CopySearch {
        CopySearch(images.map { CopyThumbnails($0) }, loop: .threads(workers))
    }

    /// Eight scenes, and a copy of each of the first four: where it lies in them is told.
    @Test func copiesAreFoundAndOthersAreNot() throws {
        let copies = [
            Self.scenes[0].resampled(toHeight: 60, width: 80), Self.changed(Self.scenes[1]) { min(1, $0 * 1.5) },
            Self.scenes[2].cropped(top: 30, left: 60, height: 120, width: 160),
            Self.changed(
                Self.scenes[3].cropped(top: 0, left: 24, height: 150, width: 140).resampled(toHeight: 75, width: 70)
            ) { $0 * 0.6 + 0.1 },
        ]
        let found = Self.search(Self.scenes + copies, workers: 2)
        #expect(found.groups == [[0, 8], [1, 9], [2, 10], [3, 11]], "\(found.matches)")
        #expect(found.matches == Self.search(Self.scenes + copies).matches)
        func window(_ picture: Int, _ container: Int) throws -> CopySearch.Window {
            try #require(found.matches.first { $0.picture == picture && $0.container == container }).window
        }
        let windows: [(Int, Int, [Double])] = [
            (8, 0, [0, 0, 1, 1]), (10, 2, [1.0 / 6, 0.25, 2.0 / 3, 2.0 / 3]), (11, 3, [0, 0.1, 5.0 / 6, 7.0 / 12]),
        ]
        for (picture, container, expected) in windows {
            let window = try window(picture, container)
            for (own, other) in zip([window.top, window.left, window.height, window.width], expected) {
                #expect(abs(own - other) < 0.035, "\(picture): \(window), expected \(expected)")
            }
        }
        // What is cropped does not hold the whole.
        #expect(!found.matches.contains { $0.picture == 2 && $0.container == 10 })
    }

    /// Copies of copies are one group; flat and very long pictures are none.
    @Test func groupsAndWhatIsNotCompared() {
        let scene = Self.scenes[5]
        let left = scene.cropped(top: 0, left: 0, height: 180, width: 160)
        let right = scene.cropped(top: 0, left: 80, height: 180, width: 160)
        #expect(Self.search([left, Self.scenes[6], right, scene]).groups == [[0, 2, 3]])
        let flat = PlanarImage(channels: 1, height: 40, width: 40, samples: [Float](repeating: 0.4, count: 1600))
        #expect(CopyThumbnails(flat) == nil)
        #expect(CopyThumbnails(CopyPictures.scene(seed: 1, height: 10, width: 100)) == nil)
        #expect(Self.search([flat, flat]).matches.isEmpty && Self.search([]).groups.isEmpty)
        #expect(CopyThumbnails(CopyPictures.scene(seed: 1, height: 1, width: 1)) == nil)
    }
}
