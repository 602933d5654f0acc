import SystemPackage

/// A file that begins like HEIC or PDF, with a word for what `decoder` does with it, and a picture's file behind.
package struct ForeignFile {
    /// The file's bytes.
    package let bytes: [UInt8]

    /// Creates a file that the decoder treats as `word` says, and takes `picture` from.
    package init(_ word: String, _ picture: [UInt8] = [], pdf: Bool = false) {
        let start = pdf ? Array("%PDF-1.7 ...".utf8) : [0, 0, 0, 24] + Array("ftypheic".utf8)
        let name = Array(word.utf8).prefix(12)
        bytes = start + name + [UInt8](repeating: UInt8(ascii: "."), count: 12 - name.count) + picture
    }

    /// A program in place of a decoder, called `sh SCRIPT {in} {out}` or `sh SCRIPT {in} {out} {page}`, and in place of
    /// pdfinfo. What it begins writes its number to `child` beside it.
    package static let script = #"""
        word=$(head -c 24 "$1" | tail -c 12 | tr -d .)
        picture() { tail -c +25 "$1"; }
        case $word in
        copy) picture "$1" > "$2.png" ;;
        tif) picture "$1" > "$2.tif" ;;
        two) picture "$1" > "$2-10.png"; picture "$1" | head -c 99 > "$2-9.png"; picture "$1" > "$2-2.png"
            echo x > "$2-depth.png" ;;
        litter) picture "$1" > "$2.png"; mkdir -p a/b; echo x > a/b/c; echo x > "$TMPDIR/litter" ;;
        page) picture "$1" | head -c 100000 > "$2.png"; echo "$3" > "${0%/*}/page-$3" ;;
        hang) sleep 1000 & echo $! > "${0%/*}/child"; trap '' TERM INT HUP; while :; do sleep 1000; done ;;
        crash) kill -SEGV $$ ;;
        fail) echo first >&2; printf 'cannot \033[31mread it\n' >&2; exit 3 ;;
        nothing) echo fine ;;
        empty) : > "$2.png" ;;
        liar) echo "This is text, not a picture." > "$2.png" ;;
        jpeg) printf '\377\330\377\340aaaaaaaa' > "$2.png" ;;
        link) ln -s /etc/passwd "$2.png" ;;
        huge) exec head -c 100000000 /dev/zero > "$2.png" ;;
        endless) i=0; while :; do i=$((i+1)); head -c 15000000 /dev/zero > "$2-$i.png"; sleep 0.05; done ;;
        esac
        """#

    /// Writes the script into a folder, and returns the text of a decoder of `kind` that calls it.
    package static func decoder(of kind: String = "heic", in folder: TemporaryFolder) throws -> String {
        let path = try folder.write(script + "\n", to: "fake/decoder.sh")
        return "\(kind)=sh \(path.string) {in} {out}" + (kind == "pdf" ? " {page}" : "")
    }
}
