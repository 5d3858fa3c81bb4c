import Wire

/// Reads a body of server-sent events.
struct EventReader {
    enum Piece {
        case events([ServerSentEvent])
        case end
        case broken(TransportFailure)
    }

    private var body: BodyReader
    private var decoder = ServerSentEventDecoder()
    private var hasEnded = false

    init(_ body: BodyReader) { self.body = body }

    /// - Throws: `CancellationError`.
    mutating func next() async throws -> Piece {
        if hasEnded { return .end }
        switch try await body.next() {
        case .bytes(let bytes):
            do {
                return .events(try decoder.decode(bytes))
            } catch {
                return .broken(.tooLong(limit: error.limit))
            }
        case .end:
            hasEnded = true
            return .events(decoder.finish())
        case .broken(let failure):
            return .broken(failure)
        }
    }
}
