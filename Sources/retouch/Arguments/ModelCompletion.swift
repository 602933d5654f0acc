import ArgumentParser
import Files
import Networks
import SystemPackage

extension CompletionKind {
    /// The models that are found, `words` that a command takes in place of one, and folders once a path is begun.
    static func models(or words: String...) -> CompletionKind {
        .custom { _, _, begun in ModelCompletion.candidates(begun, words: words) }
    }
}

enum ModelCompletion {
    /// The texts that an argument for a model may be; the shell picks those that begin like what is typed.
    static func candidates(
        _ begun: String, words: [String], library: ModelLibrary = .standard()
    ) -> [String] {
        guard let end = begun.lastIndex(of: "/") else { return words + library.entries().map(\.name) }
        let typed = String(begun[...end])
        let folder = FilePath(typed)
        let names = (try? SystemCalls.names(in: folder)) ?? []
        return names.filter { FileStamp.isFolder(folder.appending($0)) }.map { typed + $0.string + "/" }.sorted()
    }
}
