import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Wire

/// A request, ready to be sent.
struct HTTPRequest: Sendable {
    var method: HTTPMethod
    /// Absolute and percent-encoded.
    var url: String
    var headers: HTTPHeaders = [:]
    var body: Data?
    /// The certificate authorities that are trusted besides the system's.
    var authorities: [String] = []
    /// How long the head of the answer may take.
    var headTimeout: Duration

    /// Whether the request changes nothing, so that it may be sent again.
    var onlyReads: Bool { method == .GET }
}

/// The head of an answer, and its unread body.
struct HTTPAnswer: Sendable {
    var status: Int
    var headers: HTTPHeaders
    private let body: WholeBody

    init(_ head: HTTPClientResponse, _ body: WholeBody) {
        status = Int(head.status.code)
        headers = head.headers
        self.body = body
    }

    var isSuccess: Bool { (200..<300).contains(status) }
    var contentType: String? { headers.first(name: "content-type") }

    /// Call it once. Releasing the reader before the end closes the connection.
    func reader() -> BodyReader { BodyReader(body) }
}

/// An answer whose body has been read whole.
struct HTTPDocument: Sendable {
    var status: Int
    var headers: HTTPHeaders
    var body: Data

    var isSuccess: Bool { (200..<300).contains(status) }
}

/// Reads a body piece by piece. A slow reader holds the connection back.
struct BodyReader {
    enum Piece {
        case bytes([UInt8])
        /// The body ended where its framing said it would.
        case end
        /// The connection was lost in the middle.
        case broken(TransportFailure)
    }

    private var iterator: WholeBody.AsyncIterator
    /// What ``form()`` has read ahead.
    private var ahead: [Piece] = []

    /// Bytes of white space before a body's form is given up.
    private static let longestBlank = 64 << 10

    fileprivate init(_ body: WholeBody) { iterator = body.makeAsyncIterator() }

    /// What the body is, by its first bytes. Nothing is lost: they are read again.
    /// - Returns: nil if it ends before that is known.
    /// - Throws: `CancellationError`.
    mutating func form() async throws -> BodyForm? {
        var beginning: [UInt8] = []
        var pieces: [Piece] = []
        defer { ahead = pieces }
        while true {
            let piece = try await next()
            pieces.append(piece)
            guard case .bytes(let bytes) = piece else { return nil }
            beginning += bytes
            if let form = BodyForm.guess(beginning) { return form }
            if beginning.count > Self.longestBlank { return .text }
        }
    }

    /// - Throws: `CancellationError`.
    mutating func next() async throws -> Piece {
        if !ahead.isEmpty { return ahead.removeFirst() }
        do {
            let buffer = try await iterator.next()
            try Task.checkCancellation()
            return buffer.map { .bytes(Array($0.readableBytesView)) } ?? .end
        } catch {
            return .broken(try TransportFailure.orCancellation(error))
        }
    }

    /// The whole body.
    /// - Throws: ``TransportFailure`` if it breaks off or exceeds the limit, `CancellationError`.
    mutating func collect(limit: Int) async throws -> Data {
        var body = Data()
        while true {
            switch try await next() {
            case .bytes(let bytes):
                body.append(contentsOf: bytes)
                if body.count > limit { throw TransportFailure.tooLong(limit: limit) }
            case .end:
                return body
            case .broken(let failure):
                throw failure
            }
        }
    }

    /// The first bytes of the body, as many as arrive.
    /// - Throws: `CancellationError`.
    mutating func prefix(_ limit: Int) async throws -> Data {
        var body = Data()
        while body.count < limit, case .bytes(let bytes) = try await next() {
            body.append(contentsOf: bytes)
        }
        return body.prefix(limit)
    }
}
