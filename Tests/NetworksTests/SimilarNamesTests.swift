import Networks
import Testing

/// Which names a mistyped one may stand for.
@Suite struct SimilarNamesTests {
    @Test(arguments: [
        ("nlm", ["nlm"]), ("NLM", ["nlm"]),
        // One letter of three may be wrong, missing, in excess or exchanged, and no two.
        ("nmm", ["nlm"]), ("nl", ["nlm"]), ("nlmm", ["nlm"]), ("nml", ["nlm"]), ("nxx", []), ("lmn", []),
        // Two of seven, and no three.
        ("bicubxx", ["bicubic"]), ("bicuxxx", []),
        // The beginning of a longer name, from three letters on.
        ("den", ["denoise-grey", "denoise-m", "denoise-s"]), ("de", []), ("", []),
    ])
    func names(mistyped: String, found: [String]) {
        let names = ["denoise-s", "nlm", "denoise-m", "bicubic", "denoise-grey"]
        #expect(SimilarNames.of(mistyped, among: names) == found)
    }

    @Test func theNearestComeFirstAndAreThreeAtMost() {
        let names = ["abcdxx", "abcdeb", "abcdea", "abccef"]
        #expect(SimilarNames.of("abcdef", among: names) == ["abccef", "abcdea", "abcdeb"])
        // The name itself before others that are near, in its own letters before capitals.
        #expect(SimilarNames.of("nlm", among: ["Alm", "NLM", "nlma", "nlm"]) == ["nlm", "NLM", "Alm"])
    }
}
