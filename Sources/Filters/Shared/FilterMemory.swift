/// The memory that planes of a picture take.
enum FilterMemory {
    /// Bytes of so many Float32 samples. Whatever the sides are, the number stays far enough below the largest integer
    /// to be added to others.
    static func bytes(samples: Double) -> Int {
        Int(min(samples * Double(MemoryLayout<Float>.stride), Double(Int.max / 4)))
    }
}
