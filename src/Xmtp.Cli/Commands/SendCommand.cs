using System.CommandLine;
using Xmtp.Cli.Output;
using Xmtp.Protocol;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cli.Commands;

/// <summary><c>xmtp send ADDRESS [TEXT]</c>.</summary>
internal static class SendCommand
{
    public static Command Create()
    {
        var address = AddressArgument.Required("Account to write to.");
        var text = new Argument<string?>("text")
        {
            Description = "What to send; read from standard input when absent.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var conversationId = ConversationIdOption.Create();
        var command = new Command("send", "Send a text.") { address, text, conversationId };
        command.Run(async (parsed, console, cancellationToken) =>
        {
            var content = parsed.GetValue(text) ?? await ReadInputAsync(cancellationToken);
            if (content.Length == 0) return console.Failure(ErrorCatalogue.MalformedData, "There is no text to send.");
            await using var client = await Session.OpenAsync(parsed, cancellationToken);
            var conversation = await Session.ConversationAsync(
                client, parsed.GetRequiredValue(address), parsed.GetValue(conversationId), cancellationToken);
            Session.Show(console, await conversation.SendAsync(content, cancellationToken));
            return ExitCode.Success;
        });
        return command;
    }

    private static async Task<string> ReadInputAsync(CancellationToken cancellationToken)
    {
        // One character more than fits, so that too long a text is refused as such and not cut.
        var buffer = new char[Limits.MessageLengthMaxBytes + 1];
        var length = await Console.In.ReadBlockAsync(buffer, cancellationToken);
        var text = buffer.AsSpan(0, length);
        if (text.EndsWith("\n")) text = text[..^1];
        if (text.EndsWith("\r")) text = text[..^1];
        return text.ToString();
    }
}
