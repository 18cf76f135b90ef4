using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using Xmtp.Cli.Decoding;
using Xmtp.Cli.Inspection;
using Xmtp.Cli.Output;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cli.Commands;

/// <summary><c>xmtp decode [BLOB]</c>; needs neither key file nor node, unless <c>--open</c> asks for them.</summary>
internal static class DecodeCommand
{
    public static Command Create()
    {
        var blob = new Argument<string?>("blob") { Description = "Base64, hex, a topic, a token or JSON; - or nothing for standard input.", Arity = ArgumentArity.ZeroOrOne };
        var file = new Option<FileInfo?>("--file") { Description = "Read this file, of bytes or of text.", HelpName = "path" };
        var kind = new Option<string?>("--as") { Description = $"What it is, instead of finding out: {string.Join(", ", BlobKinds.All.Keys)}.", HelpName = "kind" }.AcceptOnlyFromAmong([.. BlobKinds.All.Keys]);
        var open = new Option<bool>("--open") { Description = "Read ciphertexts with the keys of the account in the key file. Asks the network." };
        var command = new Command("decode", "Say what a blob is, and check what can be checked.") { blob, file, kind, open };
        command.Validators.Add(result =>
        {
            if (result.GetValue(blob) is not null && result.GetValue(file) is not null) result.AddError("Give the blob itself or --file, not both.");
        });
        command.Run(async (parsed, console, cancellationToken) =>
        {
            var input = await ReadAsync(parsed.GetValue(blob), parsed.GetValue(file), cancellationToken);
            var bytes = Array.Empty<byte>();
            try
            {
                (var output, bytes) = BlobDecoder.Decode(input, parsed.GetValue(kind));
                if (parsed.GetValue(open))
                {
                    await using var client = await Session.OpenAsync(parsed, cancellationToken);
                    await client.Conversations.ListAsync(cancellationToken: cancellationToken);
                    output = new BlobOpener(client).Open(output, bytes);
                }

                console.Result(output, CliJson.Default.DecodeOutput, shown => DecodeForm.Of(shown, console));
                return Holds(output) ? ExitCode.Success : ExitCode.Refused;
            }
            finally
            {
                // They may be private keys.
                CryptographicOperations.ZeroMemory(input);
                CryptographicOperations.ZeroMemory(bytes);
            }
        });
        return command;
    }

    private static bool Holds(DecodeOutput output) => output.Verdicts.All(static verdict => verdict.Holds != false) && (output.Inner is null || Holds(output.Inner));

    private static async Task<byte[]> ReadAsync(string? blob, FileInfo? file, CancellationToken cancellationToken)
    {
        if (blob is not (null or "-")) return Encoding.UTF8.GetBytes(blob);
        try
        {
            await using var stream = file is null ? Console.OpenStandardInput() : file.OpenRead();
            return await BlobInput.ReadAsync(stream, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InspectException(ErrorCatalogue.MalformedData, $"{file?.FullName ?? "Standard input"} cannot be read: {failure.Message}", "Name a file that can be.");
        }
    }
}
