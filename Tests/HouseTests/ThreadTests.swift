import TestFolders
import Testing

/// Threads are made in one place, so that what is true of them (their priority, their number) is true of all.
@Suite("Threads are made in Workers alone")
struct ThreadTests {
    private static let makers = [
        "concurrent" + "Perform", "pthread_" + "create", "Dispatch" + "Queue", "Operation" + "Queue",
        "Thread." + "detachNewThread", "with" + "TaskGroup", "Task." + "detached",
    ]

    @Test func nobodyElseMakesThreads() throws {
        for file in try ["Sources", "Tests"].flatMap({ try Repository.files(below: $0, suffix: ".swift") })
        where file != "Sources/Workers/Threads.swift" {
            let text = try Repository.text(file)
            for maker in Self.makers { #expect(!text.contains(maker), "\(file) has \(maker)") }
            #expect(try Regex("\\bThread ?[({]").firstMatch(in: text) == nil, "\(file) makes a Thread")
        }
    }

    @Test func threadsAreMadeThere() throws {
        #expect(try Repository.text("Sources/Workers/Threads.swift").contains("pthread_" + "create"))
    }
}
