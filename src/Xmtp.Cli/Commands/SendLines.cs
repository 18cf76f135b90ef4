using System.CommandLine;
using System.Text.Json;
using Xmtp.Cli.Content;
using Xmtp.Cli.Output;
using Xmtp.Client;
using Xmtp.Client.Conversations;
using Xmtp.Cryptography;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cli.Commands;

/// <summary>
/// <c>xmtp send --json-in</c>. A line is read when the one before was sent, so whoever writes faster than the network takes is held up
/// by the pipe, and results come in order.
/// </summary>
internal static class SendLines
{
    // A message's content in base64 with room for the rest.
    private const int LineLengthMaxBytes = 2 << 20;

    public static async Task<int> RunAsync(ParseResult parsed, CliConsole console, EthereumAddress? peer, string? conversationId, CancellationToken cancellationToken)
    {
        await using var client = await Session.OpenAsync(parsed, cancellationToken);
        await using var input = Console.OpenStandardInput();
        await using var lines = new LineReader(input, LineLengthMaxBytes);
        var conversations = new Dictionary<(EthereumAddress, string?), Conversation>();
        var exitCode = ExitCode.Success;
        for (var number = 1L; await ReadAsync(lines, number, cancellationToken) is { } line; number++)
        {
            if (line.AsSpan().Trim(" \t"u8).IsEmpty) continue;
            SendLineOutput output;
            try
            {
                output = new SendLineOutput(number, MessageForms.Of(await SendAsync(client, line, peer, conversationId, conversations, cancellationToken)), null);
            }
            catch (XmtpException failure)
            {
                // The next line may do better; the exit code tells of the first that did not.
                output = new SendLineOutput(number, null, new ErrorOutput(failure.Code.Id, failure.Message, failure.Code.Advice, failure.Code.Retryable));
                if (exitCode == ExitCode.Success) exitCode = ExitCode.Of(failure.Code);
            }

            console.Result(output, CliJson.Default.SendLineOutput, result => result.Failure is { } failure
                ? $"{result.Line}  {console.Red("not sent")}  {CliConsole.Printable(failure.Message)} ({failure.Code})"
                : $"{result.Line}  {result.Message!.Id}");
        }

        return exitCode;
    }

    private static async Task<DecodedMessage> SendAsync(
        XmtpClient client, byte[] line, EthereumAddress? peer, string? conversationId, Dictionary<(EthereumAddress, string?), Conversation> conversations, CancellationToken cancellationToken)
    {
        var request = Parse(line);
        var to = request.To is null
            ? peer ?? throw new XmtpException(ErrorCatalogue.AddressInvalid, "The line does not say to whom.")
            : EthereumAddress.TryParse(request.To, out var named) ? named : throw new XmtpException(ErrorCatalogue.AddressInvalid, $"'{request.To}' is no address.");
        var id = request.ConversationId ?? conversationId;
        var content = ContentReader.Read(request.Content);
        OutgoingContent.ThrowIfTooLong(content);
        if (!conversations.TryGetValue((to, id), out var conversation))
            conversations[(to, id)] = conversation = await Session.ConversationAsync(client, to, id, cancellationToken);
        return await conversation.SendAsync(content, cancellationToken);
    }

    private static SendLine Parse(byte[] line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, InputJson.Default.SendLine) ?? throw new XmtpException(ErrorCatalogue.MalformedData, "The line is null.");
        }
        catch (JsonException failure)
        {
            throw new XmtpException(ErrorCatalogue.MalformedData, $"The line is not a message in JSON: {failure.Message}", failure);
        }
    }

    private static async Task<byte[]?> ReadAsync(LineReader lines, long number, CancellationToken cancellationToken)
    {
        try
        {
            return await lines.ReadAsync(cancellationToken);
        }
        catch (InvalidDataException failure)
        {
            throw new XmtpException(ErrorCatalogue.MessageTooLong, $"Line {number}: {failure.Message}", failure);
        }
    }
}
