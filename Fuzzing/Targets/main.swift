import CFuzzer
import Foundation

/// `fuzz TARGET [libFuzzer's arguments]`: gives bytes that libFuzzer makes up to one of the readers of the project. A
/// reader may refuse them; it may not trap, read or write outside of its memory, or take more of it, or of time, than
/// the arguments allow.
guard CommandLine.arguments.count > 1, let target = FuzzTarget(rawValue: CommandLine.arguments[1]) else {
    let names = FuzzTarget.allCases.map(\.rawValue).joined(separator: " ")
    FileHandle.standardError.write(Data("usage: fuzz TARGET [arguments of libFuzzer]\ntargets: \(names)\n".utf8))
    exit(2)
}
chosen.target = target

var arguments: [UnsafeMutablePointer<CChar>?] =
    ([CommandLine.arguments[0]] + CommandLine.arguments.dropFirst(2)).map { strdup($0) } + [nil]
var count = CInt(arguments.count - 1)
arguments.withUnsafeMutableBufferPointer { buffer in
    var pointer: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = buffer.baseAddress
    let status = LLVMFuzzerRunDriver(&count, &pointer) { bytes, count in
        chosen.target.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
        return 0
    }
    exit(status)
}
