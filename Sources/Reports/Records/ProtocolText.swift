/// The meanings of the protocols' names, for readers of the page.
enum ProtocolText {
    static func text(of name: String) -> String {
        switch name {
        case "awgn":
            "white Gaussian noise in memory, neither clipped nor rounded before; output clipped and rounded to 8 bits; "
                + "no border; range 255"
        case "awgn-8bit", "stored-8bit":
            "8-bit files, clipped and rounded before and after; no border; range 255"
        case "stored-16bit": "16-bit files, clipped and rounded before and after; no border; range 255"
        case "synthetic":
            "corruption in memory, neither clipped nor rounded before; output clipped and rounded to 8 bits; "
                + "no border; range 255"
        case "jpeg": "decoded file before, output clipped and rounded to 8 bits after; no border; range 255"
        case "sr-rgb":
            "MATLAB bicubic reduction of RGB, rounded to 8 bits; output rounded to 8 bits; a border of the scale left "
                + "out; Y is BT.601 studio range, not rounded; range 255"
        case "sr-y":
            "luma (BT.601 studio range) rounded to 8 bits, reduced and upscaled without rounding, then rounded; "
                + "a border of the scale left out; range 255"
        default: "see the program's documentation"
        }
    }
}
