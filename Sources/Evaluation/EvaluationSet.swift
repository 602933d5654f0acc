public import Corruptions
import Files
import Foundation
public import SystemPackage

/// Clean pictures under a name, and what is done to them where a file of sets fixes that.
public struct EvaluationSet: Sendable {
    public var name: String
    /// A folder of clean pictures, or one.
    public var place: FilePath
    /// Nil where the file leaves it open.
    public var corruptions: [Corruption]?
    public var seed: UInt32?
    public var inputForm: EvaluationPlan.InputForm?

    /// Pictures at `place`, under the name of their folder; those of sets for enlarging lie in a folder `HR` below it.
    public init(at place: FilePath) {
        let folders = place.lexicallyNormalized().components.suffix(2).map(\.string)
        name = folders.last == "HR" ? folders.joined(separator: "/") : folders.last ?? place.string
        self.place = place
    }

    /// The name as a file's, of a report.
    public var fileName: String { name.replacing("/", with: "-") }

    /// The sets that a JSON file lists:
    ///
    ///     {"sets": [{"name": "mine", "pictures": "folder", "corrupt": ["gaussian:15,25"], "seed": 0, "input": "float"}]}
    ///
    /// `pictures` is relative to the file's folder; all but `pictures` may be left out.
    ///
    /// - Throws: `EvaluationError.setFile` for a file that cannot be read or says something else.
    public static func sets(inFile file: FilePath) throws(EvaluationError) -> [EvaluationSet] {
        func fault(_ reason: String) -> EvaluationError { .setFile(path: file, reason: reason) }
        let document: Document
        do {
            document = try JSONDecoder().decode(
                Document.self, from: Data(contentsOf: URL(filePath: file.string)))
        } catch let error as DecodingError {
            throw fault(Self.text(of: error))
        } catch { throw fault("it cannot be read") }
        guard !document.sets.isEmpty else { throw fault("\"sets\" is empty") }
        var sets: [EvaluationSet] = []
        for entry in document.sets {
            var set = EvaluationSet(at: file.removingLastComponent().pushing(FilePath(entry.pictures)))
            if let name = entry.name { set.name = name }
            // The name becomes that of a folder.
            guard FilePath.Component(set.fileName)?.kind == .regular else {
                throw fault("\"\(set.name)\" cannot be a set's name")
            }
            guard !sets.contains(where: { $0.name == set.name }) else { throw fault("two sets are named \(set.name)") }
            set.seed = entry.seed
            if let input = entry.input {
                guard let form = EvaluationPlan.InputForm(rawValue: input) else {
                    let known = EvaluationPlan.InputForm.allCases.map(\.rawValue).joined(separator: " or ")
                    throw fault("\"input\" of \(set.name) is \"\(input)\", expected \(known)")
                }
                set.inputForm = form
            }
            if let corrupt = entry.corrupt {
                do { set.corruptions = try corrupt.flatMap { try Corruption.parse($0) } } catch {
                    throw fault("\"corrupt\" of \(set.name): \(error)")
                }
            }
            sets.append(set)
        }
        return sets
    }

    private struct Document: Decodable {
        struct Entry: Decodable {
            var name: String?
            var pictures: String
            var corrupt: [String]?
            var seed: UInt32?
            var input: String?
        }
        var sets: [Entry]
    }

    private static func text(of error: DecodingError) -> String {
        func place(_ context: DecodingError.Context) -> String {
            let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? "\"\($0.stringValue)\"" }
            return path.isEmpty ? "it" : path.joined(separator: " ")
        }
        return switch error {
        case .keyNotFound(let key, let context): "\(place(context)) has no \"\(key.stringValue)\""
        case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
            "\(place(context)) is no \(type)"
        default: "it is no JSON"
        }
    }
}
