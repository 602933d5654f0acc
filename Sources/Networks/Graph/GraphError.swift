/// A reason why an operation cannot be put into a graph.
public enum GraphError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Another number of inputs than the operation reads.
    case inputCount(operation: String, found: Int, expected: Int)
    /// An input with another number of channels than the operation expects.
    case channels(operation: String, found: Int, expected: Int)
    /// A value at another size, relative to the picture, than is expected.
    case resolution(operation: String, found: Resolution, expected: Resolution)
    /// Channels that the factor of a shuffle does not divide.
    case indivisibleChannels(operation: String, found: Int, divisor: Int)
    /// Channels that a slice asks for and its input does not have.
    case channelRange(operation: String, found: String, expected: String)
    /// Weights, or another parameter, of another shape than the operation expects.
    case weightShape(operation: String, found: [Int], expected: String)
    /// A factor or a side outside the range that the operation supports.
    case factor(operation: String, found: Int, expected: ClosedRange<Int>)
    /// The value was made by another graph.
    case unknownValue(index: Int)
    /// An operation of this name exists already.
    case duplicateName(String)
    /// Two inputs have this name.
    case duplicateInput(String)
    /// An output of this name exists already.
    case duplicateOutput(String)
    /// No earlier operation has the name whose parameters should be shared.
    case unknownName(String)
    /// Parameters that are not of the shapes of those that should be shared.
    case sharedParameters(operation: String, found: String, expected: String)

    public var description: String {
        switch self {
        case .inputCount(let operation, let found, let expected):
            "\(operation) got \(found) inputs, expected \(expected)"
        case .channels(let operation, let found, let expected):
            "\(operation) got \(found) channels, expected \(expected)"
        case .resolution(let operation, let found, let expected):
            "\(operation) got a value at \(found) of the picture's size, expected \(expected)"
        case .indivisibleChannels(let operation, let found, let divisor):
            "\(operation) got \(found) channels, expected a multiple of \(divisor)"
        case .channelRange(let operation, let found, let expected):
            "\(operation) got the channels \(found), expected \(expected)"
        case .weightShape(let operation, let found, let expected):
            "\(operation) got weights of shape \(found), expected \(expected)"
        case .factor(let operation, let found, let expected):
            "\(operation) got the factor \(found), expected \(expected.lowerBound) to \(expected.upperBound)"
        case .unknownValue(let index):
            "value \(index) is not in this graph"
        case .duplicateName(let name):
            "two operations are called '\(name)'"
        case .unknownName(let name):
            "no operation before is called '\(name)'"
        case .sharedParameters(let operation, let found, let expected):
            "\(operation) has the parameters \(found), expected \(expected)"
        case .duplicateInput(let name):
            "two inputs are called '\(name)'"
        case .duplicateOutput(let name):
            "two values go out as '\(name)'"
        }
    }
}
