import Batches
import Files
public import SystemPackage

/// Pictures that another program restored, paired with clean ones by relative name without extension.
public struct RestoredFolder: Sendable, Equatable {
    /// What tables call it: the folder's name.
    public let name: String
    /// The restored picture of each clean one that has one, by the clean one's name.
    let partners: [FilePath: FilePath]
    /// What has no partner of its name, in words; nothing in the pairing moves for that.
    public let missing: [String]

    /// Pairs the pictures under `folder` with those at `place`, a folder too (or one picture with another).
    ///
    /// - Throws: `EvaluationError.unpaired` where one of the two cannot be read.
    public init(_ folder: FilePath, forPicturesAt place: FilePath) throws(EvaluationError) {
        let plan: ComparisonPlan
        do throws(ComparisonPlan.Fault) {
            plan = try ComparisonPlan(reference: place, pictures: folder)
        } catch { throw .unpaired(reason: "\(error)") }
        name = folder.lexicallyNormalized().lastComponent?.string ?? folder.string
        partners = Dictionary(plan.pairs.map { ($0.name, $0.picture) }) { first, _ in first }
        missing =
            plan.unmatched.map { "\"\($0.printed)\" has no partner of its name" } + plan.ambiguous + plan.failures
    }
}
