using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;
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
            Description = "What to send, after -- if it begins with a dash; read from standard input when absent.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var conversationId = ConversationIdOption.Create("the default one");
        var command = new Command("send", "Send a text.") { address, text, conversationId };
        command.Run(async (parsed, console, cancellationToken) =>
        {
            var given = parsed.GetValue(text);
            if (given is ['-', ..] && parsed.Tokens.All(static token => token.Type != TokenType.DoubleDash))
                return console.Failure(ErrorCatalogue.OptionsInvalid, $"'{given}' is not an option of `xmtp send`.", "Put -- before a text that begins with a dash.");
            var content = given ?? await CommandRunner.RunBlockingAsync(ReadInput, cancellationToken);
            if (content.Length == 0) return console.Failure(ErrorCatalogue.MalformedData, "There is no text to send.", "Give it as an argument or on standard input.");

            // Before a conversation is made, which the peer would see.
            if (Encoding.UTF8.GetByteCount(content) > Limits.MessageLengthMaxBytes) return console.Failure(ErrorCatalogue.MessageTooLong, "The text is too long for one message.");
            await using var client = await Session.OpenAsync(parsed, cancellationToken);
            var conversation = await Session.ConversationAsync(
                client, parsed.GetRequiredValue(address), parsed.GetValue(conversationId), cancellationToken);
            Session.Show(console, await conversation.SendAsync(content, cancellationToken));
            return ExitCode.Success;
        });
        return command;
    }

    private static string ReadInput()
    {
        if (!Console.IsInputRedirected) return Terminal.AskText("Write the text, and end it with Ctrl+D on a line of its own:");

        // More than fits, the line break included, so that too long a text is refused as such and not cut.
        var buffer = new char[Limits.MessageLengthMaxBytes + 3];
        var text = buffer.AsSpan(0, Console.In.ReadBlock(buffer));
        if (text.EndsWith("\n")) text = text[..^1];
        if (text.EndsWith("\r")) text = text[..^1];
        return text.ToString();
    }
}
