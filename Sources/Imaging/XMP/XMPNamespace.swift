/// The XMP namespaces of properties that are read, corrected or left out.
enum XMPNamespace: String, CaseIterable {
    case tiff = "http://ns.adobe.com/tiff/1.0/"
    case exif = "http://ns.adobe.com/exif/1.0/"
    case note = "http://ns.adobe.com/xmp/note/"
    case terms = "http://purl.org/dc/terms/"
    case gainMap = "http://ns.adobe.com/hdr-gain-map/1.0/"
    case appleGainMap = "http://ns.apple.com/HDRGainMap/1.0/"
    case container = "http://ns.google.com/photos/1.0/container/"
    case camera = "http://ns.google.com/photos/1.0/camera/"
    case depth = "http://ns.google.com/photos/1.0/depthmap/"
    case device = "http://ns.google.com/photos/dd/1.0/device/"
    case oppoCamera = "http://ns.oplus.com/photos/1.0/camera/"
    case xiaomiCamera = "http://ns.xiaomi.com/photos/1.0/camera/"

    /// The prefix that every program uses.
    private var usualPrefix: String {
        switch self {
        case .tiff: "tiff"
        case .exif: "exif"
        case .note: "xmpNote"
        case .terms: "dcterms"
        case .gainMap: "hdrgm"
        case .appleGainMap: "HDRGainMap"
        case .container: "Container"
        case .camera: "GCamera"
        case .depth: "GDepth"
        case .device: "Device"
        case .oppoCamera: "OpCamera"
        case .xiaomiCamera: "MiCamera"
        }
    }

    /// The namespaces by their prefixes in one packet: those that it declares, and usual ones that it does not declare
    /// for something else.
    struct Prefixes {
        private var namespaces = Dictionary(
            uniqueKeysWithValues: XMPNamespace.allCases.map { ($0.usualPrefix, $0) })

        init(of packet: [UInt8]) {
            var tags = XMLTags(packet)
            while let tag = tags.next() {
                guard !tag.isClosing else { continue }
                var attributes = XMLAttributes(of: tag, in: packet)
                while let attribute = attributes.next() {
                    guard packet[attribute.name].starts(with: "xmlns:".utf8), attribute.value.count < 100 else {
                        continue
                    }
                    let prefix = String(decoding: packet[attribute.name].dropFirst(6), as: UTF8.self)
                    let namespace = XMPNamespace(rawValue: String(decoding: packet[attribute.value], as: UTF8.self))
                    // A packet of nothing but declarations must not fill memory.
                    if namespace != nil, namespaces.count > 100 { continue }
                    if namespace != nil || namespaces[prefix] != nil { namespaces[prefix] = namespace }
                }
            }
        }

        /// Returns what a name with a prefix, at `name` of the packet, stands for; nil for a namespace that does not
        /// matter.
        func property(_ name: Range<Int>, in packet: [UInt8]) -> (namespace: XMPNamespace, name: String)? {
            guard name.count < 200, let colon = packet[name].firstIndex(of: UInt8(ascii: ":")),
                let namespace = namespaces[String(decoding: packet[name.lowerBound..<colon], as: UTF8.self)]
            else { return nil }
            return (namespace, String(decoding: packet[(colon + 1)..<name.upperBound], as: UTF8.self))
        }
    }
}
