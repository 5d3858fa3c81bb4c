/// Something that happens once and that one task waits for. It does not matter which comes first.
struct Signal: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() { (stream, continuation) = AsyncStream.makeStream() }

    func fire() { continuation.finish() }

    func wait() async {
        for await _ in stream {}
    }
}
