extension Metadata {
    /// Returns the metadata as it has to be in a file of this size: EXIF and XMP corrected, a profile for other pixels
    /// dropped.
    ///
    /// In JPEG and TIFF an EXIF block is made for `software` where there is none. Notes name the parts that the container has no
    /// place for.
    func describing(
        width: Int, height: Int, color: PixelFormat.Color, software: String?, container: PictureContainer,
        notes: inout [PictureNote]
    ) -> Metadata {
        var metadata = self
        func hasNoPlace(for what: String, _ pronoun: String = "it") {
            notes.append(.dropped(what, reason: "\(container.rawValue) has no place for \(pronoun)"))
        }
        if let xmp {
            let packet = XMPPacket.describing(xmp, width: width, height: height, keepsDepthMap: !isTurned)
            metadata.xmp = packet.isTorso ? nil : packet.bytes
            notes += XMPPromise.allCases.filter(packet.promises.contains).map(\.note)
            if packet.isTorso { notes.append(.dropped("XMP", reason: "an element of it does not end")) }
        }
        metadata.icc = ICCProfile.checked(icc, for: color, notes: &notes)
        if let exif {
            do throws(EXIFBlock.Fault) {
                var block = try EXIFBlock(exif)
                try block.describe(
                    width: width, height: height, software: software, isConvertedToSRGB: isConvertedToSRGB)
                metadata.exif = block.bytes
            } catch {
                metadata.exif = nil
                notes.append(.dropped("EXIF", reason: "it \(error)"))
            }
        }
        let lost = texts.count { $0.kind == .comment ? container != .jpeg : container != .png }
        if lost > 0 { hasNoPlace(for: lost == 1 ? "a text" : "\(lost) texts") }
        if container != .png, metadata.icc == nil, let pngColour, pngColour.isNeeded {
            hasNoPlace(for: "PNG's colour chunks", "them")
        }
        if container != .tiff, let tiff, tiff.count > 0 {
            hasNoPlace(for: tiff.count == 1 ? "a TIFF tag" : "\(tiff.count) TIFF tags")
        }
        if container == .webp, iptc != nil { hasNoPlace(for: "IPTC") }
        if container == .webp, density != nil, metadata.exif == nil { hasNoPlace(for: "the resolution") }
        if metadata.exif == nil, container != .png, let software { metadata.exif = EXIFBlock.naming(software) }
        return metadata
    }
}
