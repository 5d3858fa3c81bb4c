import Wire

/// Describes a ``CompletionError`` for the person who asked: what failed, on what, what to do.
struct CompletionErrorDescription: Sendable {
    var host: String
    var model: String
    /// Blotted out where the endpoint repeats it.
    var secret: String?
    var timeouts: OpenAIAgent.Timeouts
    /// The most tokens that the agent asks for; nil where the server decides.
    var maxTokens: Int?
    /// The proxy on the way.
    var proxy: Proxy?

    func text(for error: CompletionError) -> String {
        let server = "The model server at \(host)"
        return switch error {
        case .connection(let failure):
            connection(failure, server)
                + (failure.isBeforeConnection
                    ? proxy.map {
                        " The way there leads through the proxy \($0.address), which \($0.variable) names."
                    }
                        ?? "" : "")
        case .refused(let status, let message, let retryAfter):
            refusal(status, message: message, retryAfter: retryAfter, server: server)
        case .firstByteTimeout:
            "\(server) has not begun to answer within \(Self.seconds(timeouts.firstByte)) s."
        case .idleTimeout:
            "\(server) fell silent for \(Self.seconds(timeouts.idle)) s in the middle of its answer."
        case .truncated: "\(server) broke off in the middle of its answer."
        case .unexpected(let words):
            "\(host) does not answer with a chat completion. Correct the agent's url: it usually ends with /v1."
                + (words.map { " It says: \(redacted($0))" } ?? "")
        case .unexpectedPage(let title):
            "\(host) answers with a web page\(title.isEmpty ? "" : " (“\(redacted(title))”)") and not with a chat "
                + "completion. If this network asks for a sign-in, sign in with a browser; otherwise correct the "
                + "agent's url: it usually ends with /v1."
        case .unreadableChunk(let words):
            "\(server) sent a part of its answer that cannot be read: \(redacted(words))"
        case .tooLong: "\(server) sent a longer answer than Parley reads."
        case .contentFiltered: "The content filter of \(host) held back the answer."
        case .lengthReached:
            maxTokens.map {
                "The model \(model) stopped at \($0) tokens, the agent's max-tokens. Ask it to go on, or raise max-tokens."
            }
                ?? "The model \(model) stopped at the most tokens that \(host) allows. Ask it to go on, or set max-tokens."
        case .reported(let message): "\(server) reports: \(redacted(message))"
        case .toolMissing(let tool):
            "The model \(model) wants to call the tool \(redacted(tool)), which this agent does not have."
        }
    }

    private func connection(_ failure: TransportFailure, _ server: String) -> String {
        let reason: String
        switch failure {
        case .nameNotFound: reason = "there is no such host"
        case .refused: reason = "connection refused"
        case .noRoute: reason = "there is no route to it"
        case .connectTimeout, .silent: reason = "it does not answer in time"
        case .closed: reason = "it closed the connection"
        case .notHTTP: reason = "what answers there does not speak HTTP"
        case .proxy(let words): reason = "the proxy on the way cannot be used: \(words)"
        case .badProxy(let sentence): return "\(server) was not asked. \(sentence)"
        case .badAuthority(let file):
            return
                "\(server) was not asked: the certificates in \(file) cannot be read. Check the agent's ca-file, "
                + "and the variables SSL_CERT_FILE and SSL_CERT_DIR."
        case .insecure(let words):
            return
                "No secure connection to the model server at \(host) could be made (\(words)). Check its certificate "
                + "and this computer's clock. If the certificate is your own, name a file with its issuer's in the agent's "
                + "ca-file."
        case .invalidAddress, .noWebSocket, .tooLong, .redirectLoop, .encoding, .shutDown:
            reason = "its address cannot be requested"
        case .other(let words): reason = words.lowercased()
        }
        return "\(server) cannot be reached: \(reason). Start it, or correct the agent's url."
    }

    private func refusal(_ status: Int, message: String, retryAfter: String?, server: String) -> String {
        let detail = message.isEmpty ? "" : " It says: \(redacted(message))"
        return switch status {
        case 401, 403: "\(server) refuses the agent's key (\(status)). Correct the key.\(detail)"
        case 404: "\(server) has no model \(model), or nothing at this address (404).\(detail)"
        case 429:
            "\(server) accepts no more requests for now (429)."
                + (retryAfter.map { " Try again in \($0) s." } ?? " Try again later.") + detail
        case 500...: "\(server) failed (\(status)).\(detail)"
        default: "\(server) refused the request (\(status)).\(detail)"
        }
    }

    private func redacted(_ text: String) -> String {
        secret.flatMap { Secret($0) }?.redacted(in: text) ?? text
    }

    private static func seconds(_ duration: Duration) -> Int64 { duration.components.seconds }
}
