import Files
package import SystemPackage

/// The checkout that the tests belong to.
package let repository = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()

/// The names of the fixtures in a folder of `Tests/Fixtures`, without their suffix, sorted: each that the twin made is tested.
package func fixtureNames(in folder: FilePath.Component) -> [String] {
    let path = repository.appending("Tests/Fixtures").appending(folder)
    let files = (try? contents(ofFolder: path)) ?? []
    return files.compactMap { $0.extension == "safetensors" ? $0.stem : nil }.sorted()
}
