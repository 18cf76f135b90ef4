using System.CommandLine;
using System.Net;
using Xmtp.Cli.Contexts;
using Xmtp.Cli.Output;
using Xmtp.Cli.Serving;
using Xmtp.Cli.Stores;

namespace Xmtp.Cli.Commands;

/// <summary><c>xmtp serve</c>: the account for programs in any language.</summary>
internal static class ServeCommand
{
    private static readonly Option<FileInfo?> s_socket = new("--socket") { Description = "Listen on this Unix socket. [default: serve.sock in the data directory, unless --http is given]", HelpName = "path" };

    private static readonly Option<IPEndPoint?> s_http = new("--http")
    {
        Description = "Listen for HTTP on this address and port; port 0 takes a free one.",
        HelpName = "address",
        CustomParser = static result =>
        {
            if (TryParse(result.Tokens[0].Value) is { } address) return address;
            result.AddError($"--http: '{result.Tokens[0].Value}' is no address with a port; give for example 127.0.0.1:5600.");
            return null;
        },
    };

    private static readonly Option<FileInfo?> s_token = new("--token-file") { Description = "File with the token that HTTP asks for; made when absent. [default: serve.token in the configuration directory]", HelpName = "path" };

    private static readonly Option<bool> s_remote = new("--allow-remote") { Description = "Let --http listen on an address that other machines can reach. It is not encrypted: put TLS in front." };

    private static readonly Option<string[]> s_hosts = new("--allow-host") { Description = "Answer HTTP requests made to this name too, beside localhost and plain addresses.", HelpName = "name", DefaultValueFactory = static _ => [] };

    private static readonly Option<string[]> s_origins = new("--allow-origin") { Description = "Let pages of this origin in, for example https://app.example.com.", HelpName = "origin", DefaultValueFactory = static _ => [] };

    public static Command Create()
    {
        var command = new Command("serve", "Serve the account to programs on this machine: JSON-RPC on a Unix socket or over HTTP.") { s_socket, s_http, s_token, s_remote, s_hosts, s_origins };
        command.Validators.Add(static result =>
        {
            if (result.GetResult(s_http)?.Tokens is [var http] && TryParse(http.Value) is { } address && !IPAddress.IsLoopback(address.Address) && !result.GetValue(s_remote))
                result.AddError($"--http: other machines can reach {address}; --allow-remote says that this is meant.");
        });
        command.Run(async (parsed, console, cancellationToken) =>
        {
            var http = parsed.GetValue(s_http);
            var socket = parsed.GetValue(s_socket)?.FullName ?? (http is null ? Path.Combine(CliFolders.Data, "serve.sock") : null);
            var options = new ServeOptions(
                socket, http, parsed.GetValue(s_token) ?? new FileInfo(Path.Combine(CliFolders.Config, "serve.token")), parsed.GetValue(s_hosts) ?? [], parsed.GetValue(s_origins) ?? []);
            await using var account = await LocalAccount.OpenAsync(parsed, offline: false, cancellationToken);
            await using var host = await ServeHost.StartAsync(account.Client, options, TimeProvider.System, cancellationToken);
            await account.Client.Inbox.StartAsync(cancellationToken);
            console.Result(
                new ServeOutput(account.Client.Address.ToString(), socket, host.Http?.OriginalString.TrimEnd('/'), http is null ? null : options.TokenFile.FullName), CliJson.Default.ServeOutput,
                output => $"Serving {console.Bold(output.Address)} on {string.Join(" and ", new[] { output.Socket, output.Http }.OfType<string>())}{(output.TokenFile is null ? "" : $"; the token is in {output.TokenFile}")}");
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

            // To be stopped is how it ends, and nothing has failed.
            console.Progress("Stopping.");
            return ExitCode.Success;
        });
        return command;
    }

    private static IPEndPoint? TryParse(string text) =>
        IPEndPoint.TryParse(text.Replace("localhost:", "127.0.0.1:", StringComparison.OrdinalIgnoreCase), out var address) && text.LastIndexOf(':') > text.LastIndexOf(']') ? address : null;
}
