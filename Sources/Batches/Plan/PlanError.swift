public import Files
public import SystemPackage

/// The reasons why a run is refused before anything is done. Each description ends with what to do about it.
public enum PlanError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Two inputs would write one output; all such outputs, each with its inputs, and what keeps them apart.
    case collisions([Collision], remedy: Remedy)
    /// The output folder is an input folder.
    case outputIsInput(FilePath)
    /// The output folder lies inside an input folder.
    case outputInsideInput(output: FilePath, input: FilePath)
    /// An output would replace a picture that is an input, or a reference.
    case outputReplaces(FilePath, role: Role)
    /// The output is to be a folder and is a file.
    case outputIsFile(FilePath)
    /// The output is named like a picture of a kind that is not written, or like one of several pictures.
    case outputKind(FilePath, expected: String)
    /// The output's name asks for one format and the settings for another.
    case formatContradicts(output: FilePath, format: String)
    /// More than one picture would go to standard output.
    case severalToStream(count: Int)
    /// The suffix holds a slash or a zero byte.
    case badSuffix(String)
    /// The folder of references cannot be read.
    case unreadableReference(FileError)
    /// The folder of masks cannot be read.
    case unreadableMasks(FileError)

    /// The roles of a picture that an output would replace.
    public enum Role: String, Sendable { case input, reference, mask }

    /// The ways to keep outputs apart that would have one name.
    public enum Remedy: Equatable, Sendable {
        /// Each output in its input's format.
        case sameFormat
        /// Names with the folders that the inputs lie in.
        case folders
        /// Neither of these: output folders of their own.
        case ownOutputs

        fileprivate var text: String {
            switch self {
            case .sameFormat: "Keep the formats apart (-f same), or write them into folders of their own."
            case .folders:
                "They have one name in several folders: name the folder that these lie in as the input, or list them with "
                    + "--files-from, and the folders stay; or write them into folders of their own."
            case .ownOutputs: "Write them into folders of their own, or give one another name."
            }
        }
    }

    /// One output that several inputs would write.
    public struct Collision: Equatable, Sendable {
        /// The path of the output.
        public var output: FilePath
        /// The paths of the inputs, two or more.
        public var inputs: [FilePath]

        /// Creates a collision of inputs.
        public init(output: FilePath, inputs: [FilePath]) {
            self.output = output
            self.inputs = inputs
        }
    }

    public var description: String {
        switch self {
        case .collisions(let collisions, let remedy):
            collisions.prefix(5).map { collision in
                collision.inputs.map { "\"\($0.printed)\"" }.joined(separator: " and ")
                    + " would both write \"\(collision.output.printed)\""
            }.joined(separator: "; ")
                + (collisions.count > 5 ? "; and \(collisions.count - 5) more" : "")
                + ". " + remedy.text
        case .outputIsInput(let path):
            "the output \"\(path.printed)\" is the input itself. Originals are never overwritten: name another folder."
        case .outputInsideInput(let output, let input):
            "the output folder \"\(output.printed)\" lies inside the input folder \"\(input.printed)\": a second run "
                + "would take its own results for originals. Name a folder outside, or say --nested, and it is left out."
        case .outputReplaces(let path, let role):
            "an output would replace the \(role.rawValue) \"\(path.printed)\". Name another output folder, "
                + "or use --suffix."
        case .outputIsFile(let path):
            "the output \"\(path.printed)\" is a file, and a folder is needed. Name another folder."
        case .outputKind(let path, let expected):
            "the output is named \"\(path.printed)\", expected \(expected). A folder of that name ends in a slash."
        case .formatContradicts(let output, let format):
            "the output is named \"\(output.printed)\" but the format asked for is \(format). Make the two agree."
        case .severalToStream(let count):
            "standard output takes one picture, and \(count) would come out. Name a folder; pages of a TIFF stay "
                + "together with -f tiff."
        case .badSuffix(let suffix):
            "the suffix \"\(suffix)\" cannot be part of a file's name: it holds a slash or a zero byte."
        case .unreadableReference(let error):
            "the references: \(error)"
        case .unreadableMasks(let error):
            "the masks: \(error)"
        }
    }
}
