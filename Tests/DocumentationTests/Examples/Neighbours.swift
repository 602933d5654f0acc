import Latents
import SystemPackage
import Workers

func printNeighbours(of picture: String, in array: FilePath) throws {
    let table = try LatentTable(reading: array)
    let row = try table.index(of: picture)
    let search = NearestNeighbours(table.elements, dimension: table.dimension, metric: .cosine)
    for neighbour in search.neighbours(of: Array(table.row(row)), count: 6, loop: .threads(2))[0]
    where neighbour.row != row {
        print(neighbour.distance, table.entries[neighbour.row].path)
    }
}
