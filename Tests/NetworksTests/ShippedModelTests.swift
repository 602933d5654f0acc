import Autoencoders
import Kernels
import Networks
import SystemPackage
import Tensors
import TestFolders
import TestSupport
import Testing

/// The models of the repository load and do what their cards say.
@Suite struct ShippedModelTests {
    static let library = ModelLibrary(folders: [repository.appending("models")])

    @Test func allLoad() throws {
        let entries = Self.library.entries()
        #expect(entries.contains { $0.name == "1x-Denoise-S" })
        for entry in entries {
            let card = try entry.card.get()
            let model = try loadModel(at: entry.folder)
            #expect(model.name == entry.name)
            #expect(model.card == card)
            #expect(model.sha256.count == 64)
            if let cost = card.multiplyAddsPerPixel {
                #expect(abs(model.network.multiplyAddsPerPixel - cost) <= 0.01 * cost, "\(entry.name)")
            }
        }
    }

    /// Figures on public sets stand beside those of the literature, on the same set under the same corruption.
    @Test func cardsHaveTheLiteratureBesideTheirFigures() throws {
        let published = ["CBSD68", "BSD68", "LIVE1", "LIVE1_gray", "Classic5", "Set5", "Set14"]
        for entry in Self.library.entries() {
            let card = try entry.card.get()
            let rows = (card.published ?? []).flatMap(\.quality)
            for figure in card.quality ?? [] where published.contains(figure.set) {
                let others = rows.filter { $0.set == figure.set && $0.corruption == figure.corruption }
                #expect(others.count >= 2, "\(entry.name), \(figure.set), \(figure.corruption ?? "")")
            }
            for row in rows {
                #expect(
                    card.quality?.contains { $0.set == row.set && $0.corruption == row.corruption } == true,
                    "\(entry.name), \(row.set)")
            }
        }
    }

    @Test func denoiseSFlattensNoise() throws {
        let model = try loadModel(at: Self.library.folder(of: "Denoise-S"))
        let clean: Float = 0.5
        let picture = noise([3, 64, 64], seed: 1, in: 0.4...0.6).image
        let restored = result(of: model.network, on: picture)
        func error(_ image: PlanarImage) -> Float {
            image.samples.reduce(0) { $0 + ($1 - clean) * ($1 - clean) } / Float(image.sampleCount)
        }
        #expect(error(restored) < 0.05 * error(picture))
    }
}
