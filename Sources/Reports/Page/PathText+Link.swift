import Files
import SystemPackage

extension PathText {
    /// Returns the bytes of `path` as they go into a relative link: everything but unreserved characters and `/` as
    /// `%HH`.
    static func link(to path: FilePath) -> String {
        var link = ""
        let digits = Array("0123456789ABCDEF".unicodeScalars)
        for byte in path.bytes {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                UInt8(ascii: "~"), UInt8(ascii: "/"):
                link.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                link.unicodeScalars.append("%")
                link.unicodeScalars.append(digits[Int(byte >> 4)])
                link.unicodeScalars.append(digits[Int(byte & 15)])
            }
        }
        return link
    }
}
