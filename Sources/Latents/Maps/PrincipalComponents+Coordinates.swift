extension PrincipalComponents {
    /// Returns the coordinates of vectors along the first components, row after row.
    public func coordinates(of vectors: [Float], components count: Int) -> [Float] {
        let dimension = mean.count
        return (0..<vectors.count / dimension).flatMap { row in
            self.vectors.prefix(count).map { component in
                var sum = 0.0
                for i in 0..<dimension { sum += (Double(vectors[row * dimension + i]) - mean[i]) * component[i] }
                return Float(sum)
            }
        }
    }
}
