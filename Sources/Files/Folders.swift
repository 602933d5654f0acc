public import SystemPackage

/// Makes `path` and every folder above it that is missing.
///
/// - Throws: `FileError`, naming the folder that could not be made.
public func createFolders(at path: FilePath) throws(FileError) {
    if path.isEmpty || FileStamp.isFolder(path) { return }
    let parent = path.removingLastComponent()
    if parent != path { try createFolders(at: parent) }
    try SystemCalls.makeFolder(path)
}

/// The names in `folder` in the order of their bytes, without `.` and `..`.
///
/// - Throws: `FileError`.
public func contents(ofFolder folder: FilePath) throws(FileError) -> [FilePath.Component] {
    try SystemCalls.names(in: folder)
}
