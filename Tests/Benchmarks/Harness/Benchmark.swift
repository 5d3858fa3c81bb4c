/// Something that is measured, by a name to choose it by: `module/what`.
struct Benchmark: Sendable {
    var name: String
    var run: @MainActor @Sendable () async throws -> [Figure]

    init(_ name: String, _ run: @escaping @MainActor @Sendable () async throws -> [Figure]) {
        self.name = name
        self.run = run
    }
}
