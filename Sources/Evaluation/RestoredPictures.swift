import Batches
import Corruptions
import Files
package import SystemPackage

/// Pictures that somebody else restored, paired with the clean ones by relative name without extension, never by
/// position.
///
/// With several sets the folder holds one folder for each, of the set's name; with several corruptions those hold one
/// for each, named as `retouch corrupt` names them (``Corruptions/Corruption/folderName``). With one corruption such a
/// folder is taken where it is there.
package struct RestoredPictures: Sendable {
    private struct Place: Hashable {
        var set: String
        var corruption: String?
        var picture: FilePath
    }

    /// The name in tables and records.
    package var name: String
    /// The folder that holds them.
    package let folder: FilePath
    private let paths: [Place: FilePath]
    /// The pictures on either side without one of their name on the other, and names that fit several, in words.
    package let missing: [String]
    /// The files that were to be pictures and are none, with the reason.
    package let failures: [String]
    /// The warnings of the search, each once.
    package let warnings: [String]

    /// Pairs the files of a folder with a plan's pictures by their names and first bytes; decodes nothing.
    ///
    /// - Parameter name: the name in tables; by default the folder's.
    /// - Throws: `EvaluationError.restored` where a folder is missing or cannot be read.
    package init(_ folder: FilePath, name: String? = nil, for plan: EvaluationPlan) throws(EvaluationError) {
        self.folder = folder
        self.name = name ?? folder.lexicallyNormalized().lastComponent?.string ?? folder.string
        var paths: [Place: FilePath] = [:]
        var (missing, failures, warnings): ([String], [String], [String]) = ([], [], [])
        for set in plan.sets {
            let corruptions = plan.corruptions(of: set).map(Optional.some)
            for corruption in corruptions.isEmpty ? [nil] : corruptions {
                var place = plan.sets.count > 1 ? folder.appending(set.fileName) : folder
                if let name = corruption?.folderName {
                    let inner = place.appending(name)
                    if corruptions.count > 1 || FileStamp.isFolder(inner) { place = inner }
                }
                let pairing: ComparisonPlan
                do throws(ComparisonPlan.Fault) {
                    pairing = try ComparisonPlan(reference: set.place, pictures: place)
                } catch { throw .restored(folder: folder, reason: "\(error)") }
                for pair in pairing.pairs {
                    let key = Place(set: set.name, corruption: corruption?.description, picture: pair.name)
                    paths[key] = pair.picture
                }
                missing += pairing.missing
                failures += pairing.failures
                warnings += pairing.warnings
            }
        }
        self.paths = paths
        (self.missing, self.failures, self.warnings) = (
            Self.distinct(missing), Self.distinct(failures), Self.distinct(warnings)
        )
    }

    /// Returns the pictures of several folders, each named as its folder; two folders of one name are told apart by
    /// their paths.
    ///
    /// - Throws: as `init(_:name:for:)`.
    package static func all(
        in folders: [FilePath], for plan: EvaluationPlan
    ) throws(EvaluationError) -> [RestoredPictures] {
        let names = folders.map { $0.lexicallyNormalized().lastComponent?.string ?? $0.string }
        var pictures: [RestoredPictures] = []
        for (folder, name) in zip(folders, names) {
            let isAlone = names.count { $0 == name } == 1
            pictures.append(try RestoredPictures(folder, name: isAlone ? name : folder.printed, for: plan))
        }
        return pictures
    }

    /// Returns the path of the restored picture of one of the set's; nil where there is none.
    func path(of picture: FilePath, in set: String, corruption: Corruption?) -> FilePath? {
        paths[Place(set: set, corruption: corruption?.description, picture: picture)]
    }

    private static func distinct(_ lines: [String]) -> [String] {
        var seen: Set<String> = []
        return lines.filter { seen.insert($0).inserted }
    }
}
