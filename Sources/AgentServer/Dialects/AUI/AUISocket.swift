import AgentAPI
import Foundation
import NIOWebSocket
import Wire

/// A conversation over a WebSocket: each text frame is a message, answered by the text so far as it grows and by the message as a
/// whole in the end. An error is told and closes the connection.
struct AUISocket: Sendable {
    let backend: Backend

    static let path = "/api/v1/external/session"

    func serve(_ connection: SocketConnection) async {
        let principal = try? await principal(of: connection)
        guard let principal else {
            return await connection.refuse(.policyViolation)
        }
        let channel = Identifier.uuid()
        await connection.run { text, writer in
            do {
                try await answer(text, from: principal, on: writer, channel: channel)
            } catch let error as CancellationError {
                throw error
            } catch {
                let refusal = APIError(thrown: error)
                try await writer.send(Self.frame(AUI.ApplicationError(refusal)))
                try await writer.close(refusal.status < 500 ? .policyViolation : .unexpectedServerError)
                throw error
            }
        }
    }

    private func principal(of connection: SocketConnection) async throws -> Principal? {
        guard let key = connection.presentedKey,
            let principal = try await backend.keyring.principal(presenting: key),
            principal.may(.chat)
        else { return nil }
        return principal
    }

    private func answer(
        _ text: String, from principal: Principal, on writer: SocketConnection.Writer, channel: String
    ) async throws {
        try backend.turnstile.admit(principal)
        let exchange = try await AUIExchange(try Self.message(text), backend: backend, principal: principal)
        let place = try backend.turnstile.enter(principal, .reply)
        let reply = try await backend.runner.open(exchange.turn, holding: place)
        let id = Identifier.uuid()
        var cumulated = CumulativeText()
        while let event = try await reply.next() {
            switch event {
            case .text(let piece):
                guard let text = cumulated.add(piece, now: backend.store.now()) else { continue }
                try await writer.send(
                    AUI.SocketFrame.encodedUpdate(
                        text, channel: channel, messageID: id, taskID: exchange.conversation.hex,
                        isLast: false,
                        at: Timestamp(backend.store.now(), .utc(digits: 3))))
            case .ended(_, let answer?):
                try await writer.send(Self.frame(exchange.message(answer)))
            default: continue
            }
        }
    }

    private static func message(_ text: String) throws -> AUI.MessageRequest {
        do {
            let message = try WireJSON.decode(AUI.MessageRequest.self, from: text.utf8)
            guard message.faults.isEmpty else { throw APIError(.invalid(message.faults)) }
            return message
        } catch let error as DecodingError {
            throw APIError(.invalid([Fault(error)]))
        }
    }

    private static func frame(_ value: some Encodable) throws -> String {
        String(decoding: try WireJSON.encode(value), as: UTF8.self)
    }
}

/// Decides which pieces of a growing text are told, when each time the whole of it goes over the wire: the longer it is, the
/// less often, so that a long answer does not cost the square of its length.
struct CumulativeText {
    private var text = ""
    private var lastTold = Date.distantPast

    /// Seconds between two tellings of a short text, and for how many bytes it takes once as long.
    private static let interval = 0.04
    private static let stretch = 8192.0

    /// The text to be told now; nil if it is told later, at the latest with the message as a whole.
    mutating func add(_ piece: String, now: Date) -> String? {
        text += piece
        let interval = Self.interval * (1 + Double(text.utf8.count) / Self.stretch)
        guard now.timeIntervalSince(lastTold) >= interval else { return nil }
        lastTold = now
        return text
    }
}
