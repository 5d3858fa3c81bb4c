import AgentAPI
import Agents
import Foundation
import NIOWebSocket
import Wire

/// A conversation over a WebSocket: each text frame is a message, answered by the growing text and finally by the complete message. An
/// error is sent as a frame and closes the connection.
struct AUISocket: Sendable {
    let backend: Backend

    static let path = "/api/v1/external/session"

    func serve(_ connection: SocketConnection) async {
        guard let principal = try? await principal(of: connection),
            let permit = try? backend.admission.acquire(.socket, for: principal)
        else {
            return await connection.refuse(.policyViolation)
        }
        defer { withExtendedLifetime(permit) {} }
        let channel = Identifier.uuid()
        await connection.run { text, writer in
            do {
                try await answer(text, from: principal, on: writer, channel: channel)
            } catch let error as CancellationError {
                throw error
            } catch {
                let apiError = APIError(error)
                try await writer.send(Self.frame(AUI.ApplicationError(apiError)))
                try await writer.close(apiError.status < 500 ? .policyViolation : .unexpectedServerError)
                throw error
            }
        }
    }

    private func principal(of connection: SocketConnection) async throws -> Principal? {
        guard let key = connection.presentedKey,
            let principal = try await backend.keyring.principal(
                presenting: key, from: connection.clientAddress),
            principal.may(.chat)
        else { return nil }
        return principal
    }

    private func answer(
        _ text: String, from principal: Principal, on writer: SocketConnection.Writer, channel: String
    ) async throws {
        try backend.admission.admit(principal)
        let exchange = try await AUIRequests(backend: backend).exchange(
            try Self.message(text), keepsFailure: true, for: principal)
        let permit = try backend.admission.acquire(.reply, for: principal)
        let reply = try await backend.runner.attend(exchange.turn, permit: permit)
        let id = Identifier.uuid()
        var cumulative = CumulativeText()
        func update(_ text: String?) async throws {
            guard let text else { return }
            try await writer.send(
                AUI.SocketFrame.encodedUpdate(
                    text, channel: channel, messageID: id, taskID: exchange.conversation.hex,
                    isLast: false, at: Timestamp(backend.store.now(), .utc(digits: 3))))
        }
        do {
            while let event = try await reply.next() {
                switch event {
                case .text(let piece): try await update(cumulative.append(piece, now: backend.store.now()))
                case .ended(_, let answer?): try await writer.send(Self.frame(exchange.message(answer)))
                default: continue
                }
            }
        } catch let failure as AgentFailure {
            try await update(cumulative.rest())
            throw failure
        }
    }

    private static func message(_ text: String) throws -> AUI.MessageRequest {
        do {
            let message = try WireJSON.decode(AUI.MessageRequest.self, from: text.utf8)
            try message.validate()
            return message
        } catch let error as DecodingError {
            throw APIError(.invalid([FieldError(error)]))
        }
    }

    private static func frame(_ value: some Encodable) throws -> String {
        String(decoding: try WireJSON.encode(value), as: UTF8.self)
    }
}

/// Decides when a growing text is sent, where each update carries the whole of it: the longer the text, the less often, so that a long
/// answer does not cost the square of its length.
struct CumulativeText {
    private var text = ""
    private var lastSent = Date.distantPast
    private var isSent = true

    /// Seconds between two updates of a short text, and the number of bytes that adds as much again.
    private static let interval = 0.04
    private static let stretch = 8192.0

    /// - Returns: The text to send now; nil if it waits for more, at the latest for the complete message.
    mutating func append(_ piece: String, now: Date) -> String? {
        text += piece
        isSent = false
        let interval = Self.interval * (1 + Double(text.utf8.count) / Self.stretch)
        guard now.timeIntervalSince(lastSent) >= interval else { return nil }
        lastSent = now
        isSent = true
        return text
    }

    /// - Returns: The text if not all of it was sent.
    mutating func rest() -> String? {
        defer { isSent = true }
        return isSent ? nil : text
    }
}
