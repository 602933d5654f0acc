import Imaging
import Tensors
import Testing

@Suite("XMP says what the written file is, and promises nothing that is not in it")
struct XMPTests {
    private static func packet(_ attributes: String, _ elements: String = "") -> [UInt8] {
        Array(
            """
            <?xpacket begin="\u{FEFF}" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">
            <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
            <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" dc:format="image/jpeg" \(attributes)>
            \(elements)</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>
            """.utf8)
    }

    /// A picture of a JPEG with segments.
    private func read(
        _ segments: [(marker: UInt8, label: String, bytes: [UInt8])], trailer: [UInt8] = []
    ) throws -> Picture {
        var file = JPEGFile(try MetadataTests.picture().encoded(as: .jpeg).bytes)
        for segment in segments.reversed() { file.insert(segment.marker, segment.label, segment.bytes) }
        return try Picture(decoding: file.bytes + trailer)
    }

    /// The packet in a written file, by the code under test, which the tests of `MetadataTests` check.
    private func written(
        _ picture: Picture, as container: PictureContainer
    ) throws -> (text: String, notes: [PictureNote]) {
        let written = try picture.encoded(as: container)
        let packet = try Picture(decoding: written.bytes).metadata.xmp ?? []
        return (String(decoding: packet, as: UTF8.self), written.notes)
    }

    private static let gainMap = PictureNote.dropped("the gain map (HDR)", reason: "only the base picture is read")
    private static let video = PictureNote.dropped(
        "the video of a motion photo", reason: "only the still picture is read")
    private static let depth = PictureNote.dropped("the depth map", reason: "only the picture is read")
    private static let others = PictureNote.dropped("further pictures of the file", reason: "only the first is read")

    /// A container's directory with an item of this meaning.
    private static func directory(_ meaning: String, prefix: String = "Container") -> String {
        """
        <\(prefix):Directory><rdf:Seq><rdf:li rdf:parseType="Resource"><\(prefix):Item Item:Semantic="Primary" \
        Item:Mime="image/jpeg"/></rdf:li><rdf:li rdf:parseType="Resource"><\(prefix):Item Item:Semantic="\(meaning)" \
        Item:Mime="image/jpeg" Item:Length="99"/></rdf:li></rdf:Seq></\(prefix):Directory>
        """
    }

    private static let container = #"xmlns:Container="http://ns.google.com/photos/1.0/container/" "#
    private static let camera = #"xmlns:GCamera="http://ns.google.com/photos/1.0/camera/" "#

    @Test("Promises are taken back with a note, everything else stays", arguments: PictureContainer.written)
    func promises(container: PictureContainer) throws {
        let cases: [(String, String, [PictureNote], [String])] = [
            (
                Self.container + #"xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" hdrgm:Version="1.0""#,
                Self.directory("GainMap"), [Self.gainMap], ["hdrgm:Version", "Directory", "GainMap"]
            ),
            (
                #"xmlns:C="http://ns.google.com/photos/1.0/container/" xmlns:g='http://ns.adobe.com/hdr-gain-map/1.0/'"#,
                Self.directory("GainMap", prefix: "C")
                    + "<g:Version>1.0</g:Version><g:GainMapMax><rdf:Seq/></g:GainMapMax>",
                [Self.gainMap], ["g:Version", "C:Directory", "g:GainMapMax"]
            ),
            (
                Self.camera + #"GCamera:MicroVideo="1" GCamera:MicroVideoVersion="1" GCamera:MicroVideoOffset="4242""#,
                "",
                [Self.video], ["MicroVideo"]
            ),
            (
                Self.camera + Self.container + #"GCamera:MotionPhoto = '1' GCamera:MotionPhotoVersion="1""#,
                "<GCamera:MotionPhotoPresentationTimestampUs>5</GCamera:MotionPhotoPresentationTimestampUs>"
                    + Self.directory("MotionPhoto"), [Self.video], ["MotionPhoto"]
            ),
            (
                #"xmlns:GDepth="http://ns.google.com/photos/1.0/depthmap/" GDepth:Format="RangeInverse" GDepth:Near="1""#,
                "",
                [Self.depth], ["GDepth:Format", "GDepth:Near"]
            ),
            (
                #"xmlns:Device="http://ns.google.com/photos/dd/1.0/device/""#,
                "<Device:Container rdf:parseType=\"Resource\">" + Self.directory("Depth") + "</Device:Container>",
                [Self.depth], ["Directory", "Device:Container"]
            ),
            (
                #"xmlns:HDRGainMap="http://ns.apple.com/HDRGainMap/1.0/" HDRGainMap:HDRGainMapVersion="65536""#, "",
                [Self.gainMap], ["HDRGainMapVersion"]
            ),
            (Self.container, Self.directory("Original"), [Self.others], ["Directory"]),
            (
                #"xmlns:dcterms="http://purl.org/dc/terms/" dcterms:provenance="self#jumbf=c2pa""#, "",
                [.dropped("content credentials", reason: "they vouch for the original's bytes alone")], ["provenance"]
            ),
        ]
        for (attributes, elements, notes, gone) in cases {
            let kept = #"xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="4""#
            let packet = Self.packet(attributes + " " + kept, elements + "<dc:title>A canal</dc:title>")
            let picture = try read([(0xE1, MetadataTests.xmpLabel, packet)])
            let (text, found) = try written(picture, as: container)
            #expect(found == notes)
            for part in gone { #expect(!text.contains(part), "\(part) in \(text)") }
            for part in [
                #"xmp:Rating="4""#, "<dc:title>A canal</dc:title>", #"dc:format="image/jpeg""#, "</x:xmpmeta>",
            ] {
                #expect(text.contains(part), "no \(part) in \(text)")
            }
            // What is clean stays clean.
            #expect(try written(Picture(decoding: picture.encoded(as: container).bytes), as: container) == (text, []))
        }
    }

    @Test("Other properties of the same names and namespaces stay")
    func kept() throws {
        let packet = Self.packet(
            #"xmlns:GCamera="http://ns.google.com/photos/1.0/camera/" GCamera:BurstID="7" xmlns:hdrgm="urn:mine" "#
                + #"hdrgm:Version="1""#, "<dc:title>hdrgm:Version=\"1.0\" is text</dc:title>")
        let (text, notes) = try written(read([(0xE1, MetadataTests.xmpLabel, packet)]), as: .jpeg)
        #expect(Array(text.utf8) == packet)
        #expect(notes.isEmpty)
    }

    @Test("A gain map, a video is told whether MPF, XMP or nothing but the bytes name it")
    func told() throws {
        let map = try MetadataTests.picture(.grey).encoded(as: .jpeg).bytes
        let promising = (
            marker: UInt8(0xE1), label: MetadataTests.xmpLabel,
            bytes: Self.packet(
                Self.container + #"xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" hdrgm:Version="1.0""#,
                Self.directory("GainMap"))
        )
        let mpf = (marker: UInt8(0xE2), label: "MPF\0", bytes: [UInt8](repeating: 0, count: 30))
        let standard = (
            marker: UInt8(0xE2), label: "urn:iso:std:iso:ts:21496-1\0", bytes: [UInt8](repeating: 0, count: 4)
        )
        for (segments, notes): ([(marker: UInt8, label: String, bytes: [UInt8])], Set<PictureNote>) in [
            ([], [Self.others]), ([mpf], [Self.others]), ([promising], [Self.gainMap, Self.others]),
            ([promising, mpf, standard], [Self.gainMap, Self.others]), ([standard], [Self.gainMap, Self.others]),
        ] {
            let picture = try read(segments, trailer: map)
            #expect(Set(picture.notes + (try written(picture, as: .jpeg).notes)) == notes)
        }
    }

    @Test("A depth map inside the packet stays, unless the picture was turned")
    func depthMap() throws {
        let packet = Self.packet(
            #"xmlns:GDepth="http://ns.google.com/photos/1.0/depthmap/" GDepth:Near="1" GDepth:Data="aGVsbG8=""#)
        let segment = (marker: UInt8(0xE1), label: MetadataTests.xmpLabel, bytes: packet)
        let (text, notes) = try written(read([segment]), as: .png)
        #expect(text.contains("GDepth:Data") && notes.isEmpty)
        let turned = (marker: UInt8(0xE1), label: "Exif\0\0", bytes: OrientationTests.exif(orientation: 6))
        let (after, told) = try written(read([turned, segment]), as: .png)
        #expect(!after.contains("GDepth:Data") && told == [Self.depth])
    }

    @Test("An orientation that XMP alone states is obeyed once; EXIF's counts where there is one", arguments: 1...8)
    func orientation(value: Int) throws {
        let upright = try Picture(decoding: MetadataTests.picture().encoded(as: .jpeg).bytes)
        let tiff = #"xmlns:tiff="http://ns.adobe.com/tiff/1.0/""#
        for packet in [
            Self.packet("\(tiff) tiff:Orientation=\"\(value)\""),
            Self.packet(tiff, "<tiff:Orientation> \(value)\n</tiff:Orientation>"),
            Self.packet("xmlns:t='http://ns.adobe.com/tiff/1.0/' t:Orientation='\(value)'"),
        ] {
            let segment = (marker: UInt8(0xE1), label: MetadataTests.xmpLabel, bytes: packet)
            let byEXIF = try read([(0xE1, "Exif\0\0", OrientationTests.exif(orientation: value))])
            let picture = try read([segment])
            #expect(picture.image.samples == byEXIF.image.samples)
            #expect(picture.notes == (value == 1 ? [] : [.orientationApplied(value)]))
            #expect((picture.width == upright.width) == (value < 5))
            for container in PictureContainer.written {
                let again = try Picture(decoding: picture.encoded(as: container, quality: 100).bytes)
                #expect(again.width == picture.width && again.notes.isEmpty)
            }
            let both = try read([(0xE1, "Exif\0\0", OrientationTests.exif(orientation: 1)), segment])
            #expect(both.image.samples == upright.image.samples)
        }
    }

    // MARK: Extended XMP

    private static let identifier = "0123456789ABCDEF0123456789ABCDEF"
    private static let extensionLabel = "http://ns.adobe.com/xmp/extension/\0"
    private static let extended = Array(
        """
        <x:xmpmeta xmlns:x="adobe:ns:meta/" xmlns:n="urn:notes"><rdf:RDF \
        xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="">\
        <n:diary>\(String(repeating: "dear diary ", count: 9000))</n:diary></rdf:Description></rdf:RDF></x:xmpmeta>
        """.utf8)

    private static func parts(_ identifier: String = identifier) -> [(marker: UInt8, label: String, bytes: [UInt8])] {
        stride(from: 0, to: extended.count, by: 40_000).map { offset in
            (
                0xE1, extensionLabel,
                Array(identifier.utf8) + four(extended.count) + four(offset)
                    + extended[offset..<min(extended.count, offset + 40_000)]
            )
        }
    }

    private static let first = (
        marker: UInt8(0xE1), label: MetadataTests.xmpLabel,
        bytes: packet(#"xmlns:xmpNote="http://ns.adobe.com/xmp/note/" xmpNote:HasExtendedXMP="\#(identifier)""#)
    )

    @Test("Extended XMP is carried, in PNG as one packet, in JPEG as far as a segment goes")
    func extended() throws {
        let parts = Self.parts()
        #expect(parts.count == 3)
        for order in [[0, 1, 2], [2, 0, 1], [0, 1, 1, 2]] {
            let picture = try read([Self.first] + order.map { parts[$0] })
            #expect(picture.notes.isEmpty)
            let diary = String(decoding: Self.extended, as: UTF8.self).split(separator: "<n:diary>")[1].split(
                separator: "<")[0]
            let (text, notes) = try written(picture, as: .png)
            #expect(notes.isEmpty && text.contains(diary) && text.contains(#"dc:format="image/jpeg""#))
            #expect(text.contains(#"xmlns:n="urn:notes""#) && !text.contains("HasExtendedXMP"))
            let jpeg = try picture.encoded(as: .jpeg)
            #expect(jpeg.notes.isEmpty)
            let file = JPEGFile(jpeg.bytes)
            let main = String(decoding: try #require(file.contents(0xE1, MetadataTests.xmpLabel).first), as: UTF8.self)
            let rest = file.contents(0xE1, Self.extensionLabel)
            #expect(rest.count == 2)
            let name = String(decoding: rest[0].prefix(32), as: UTF8.self)
            #expect(main.contains("HasExtendedXMP=\"\(name)\"") && !main.contains("diary"))
            let joined = rest.flatMap { $0.dropFirst(40) }
            #expect(rest.allSatisfy { $0.starts(with: name.utf8) && Int(number($0, 32, 4)) == joined.count })
            #expect(Int(number(rest[1], 36, 4)) == rest[0].count - 40)
            // And back: the same descriptions.
            let back = try written(Picture(decoding: jpeg.bytes), as: .png)
            #expect(back.notes.isEmpty && back.text.contains(diary) && back.text.contains(#"dc:format="image/jpeg""#))
            #expect(!back.text.contains("HasExtendedXMP"))
        }
    }

    @Test("An extension that is not whole, or nobody's, is told, and not named any more")
    func tornExtension() throws {
        let parts = Self.parts()
        let plain = (marker: UInt8(0xE1), label: MetadataTests.xmpLabel, bytes: Self.packet(""))
        for (segments, reason): ([(marker: UInt8, label: String, bytes: [UInt8])], String) in [
            ([Self.first, parts[0], parts[2]], "parts of it are missing"), ([Self.first], "parts of it are missing"),
            ([Self.first] + Self.parts(String(repeating: "F", count: 32)), "parts of it are missing"),
            ([plain, parts[0]], "the packet does not name it"),
            (parts, "the packet that names it is missing"),
        ] {
            let picture = try read(segments)
            #expect(picture.notes == [.dropped("extended XMP", reason: reason)])
            #expect(try !written(picture, as: .jpeg).text.contains("HasExtendedXMP"))
        }
    }

    @Test("A packet that begins what it does not end is dropped where it would have to be cut")
    func torso() throws {
        let open = String(repeating: "<hdrgm:Version>", count: 3000)
        let picture = try read([(0xE1, MetadataTests.xmpLabel, Self.packet("", open))])
        let written = try picture.encoded(as: .jpeg)
        #expect(written.notes == [.dropped("XMP", reason: "an element of it does not end")])
        #expect(try Picture(decoding: written.bytes).metadata.xmp == nil)
        for text in [
            "<", "<a", "<a b", "<a b=", "<a b='", "<!--", "<![CDATA[<hdrgm:Version>", "<?x", "</", "<a =''/>", "<//>",
        ] {
            let picture = try read([(0xE1, MetadataTests.xmpLabel, Array(text.utf8))])
            #expect(try Picture(decoding: picture.encoded(as: .jpeg).bytes).metadata.xmp == Array(text.utf8))
        }
    }

    @Test("Content credentials, unknown segments and second blocks are told")
    func segments() throws {
        let jumbf: [UInt8] = [0, 1, 0, 0, 0, 1, 0, 0, 0, 60] + Array("jumb....jumdc2pa".utf8)
        let credentials = PictureNote.dropped(
            "content credentials", reason: "they vouch for the original's bytes alone")
        let exif = (marker: UInt8(0xE1), label: "Exif\0\0", bytes: OrientationTests.exif(orientation: 1))
        for (segments, notes): ([(marker: UInt8, label: String, bytes: [UInt8])], [PictureNote]) in [
            ([(0xEB, "JP", jumbf), (0xEB, "JP", [0, 1, 0, 0, 0, 2, 9, 9])], [credentials]),
            (
                [(0xEB, "JP", [0, 1, 0, 0, 0, 2, 9, 9])],
                [.dropped("JUMBF data", reason: "it is about the original's bytes")]
            ),
            (
                [(0xE6, "GoPro\0", [1, 2]), (0xE6, "GoPro\0", [3])],
                [.dropped("the segment APP6 \"GoPro\"", reason: "it is not known here")]
            ),
            ([exif, exif], [.dropped("a second EXIF block", reason: "one is carried")]),
            ([(0xEE, "Adobe", [0, 100, 0, 0, 0, 0, 1]), (0xEC, "Ducky", [1]), (0xE0, "JFXX\0", [0x10])], []),
        ] {
            #expect(try read(segments).notes == notes)
        }
    }

    @Test("IPTC lies behind resources of other programs too")
    func iptc() throws {
        let record: [UInt8] = [0x1C, 2, 120, 0, 5] + Array("Canal".utf8)
        func resource(_ signature: String, _ number: Int, _ bytes: [UInt8]) -> [UInt8] {
            Array(signature.utf8) + four(number).suffix(2) + [0, 0] + four(bytes.count) + bytes
                + (bytes.count % 2 == 1 ? [0] : [])
        }
        for signature in ["8BIM", "8B64", "PHUT", "DCSR", "AgHg", "MeSa"] {
            for label in ["Photoshop 3.0\0", "Adobe_Photoshop2.5:"] {
                let resources = resource(signature, 0x03ED, [1, 2, 3]) + resource("8BIM", 0x0404, record)
                #expect(try read([(0xED, label, resources)]).metadata.iptc == record, "\(signature), \(label)")
            }
        }
        #expect(try read([(0xED, "Photoshop 3.0\0", resource("MeSa", 0x0404, record))]).metadata.iptc == nil)
    }
}
