using System.CommandLine;
using Xmtp.Cli.Contexts;
using Xmtp.Cli.Output;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cli.Commands;

/// <summary><c>xmtp context list|show|use|set|remove</c>.</summary>
internal static class ContextCommand
{
    public static Command Create() => new("context", "Named settings: nodes, key file, network.") { All(), Show(), Use(), Set(), Remove() };

    private static Command All()
    {
        var command = new Command("list", "List the contexts.");
        command.Run((_, console, _) =>
        {
            var list = ContextFile.Read();
            if (list.Contexts.Count == 0) console.Progress("There is no context; `xmtp context set` makes one.");
            foreach (var name in list.Contexts.Keys.Order(StringComparer.Ordinal)) Tell(console, Of(list, name));
            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }

    private static Command Show()
    {
        var name = new Argument<string?>("name") { Description = "Which; without it the settings in force.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("show", "Show a context, or the settings that commands work with now.") { name };
        command.Run((parsed, console, _) =>
        {
            var list = ContextFile.Read();
            if (parsed.GetValue(name) is { } wanted)
            {
                Tell(console, Of(list, Existing(list, wanted)));
                return Task.FromResult(ExitCode.Success);
            }

            var settings = CliSettings.Of(parsed);
            Tell(console, new ContextOutput(
                settings.Context, settings.Context is not null && settings.Context == list.Current, [.. settings.Nodes.Select(static node => node.OriginalString)],
                settings.KeyFile.FullName, settings.PassphraseFile?.FullName, settings.Network));
            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }

    private static Command Use()
    {
        var name = Name();
        var command = new Command("use", "Make a context the one that commands use.") { name };
        command.Run((parsed, console, _) =>
        {
            var list = ContextFile.Read();
            list = list with { Current = Existing(list, parsed.GetRequiredValue(name)) };
            ContextFile.Write(list);
            Tell(console, Of(list, list.Current));
            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }

    private static Command Set()
    {
        var name = Name();
        var network = new Option<string?>("--network")
        {
            Description = "What the network is called here; contexts of one network share local stores. [default: the context's name]",
            HelpName = "name",
            CustomParser = static result =>
            {
                if (ContextName.IsValid(result.Tokens[0].Value)) return result.Tokens[0].Value;
                result.AddError($"--network: a name is {ContextName.Rule}.");
                return null;
            },
        };
        var command = new Command("set", "Make a context, or change it: what --node, --key-file, --passphrase-file and --network say is kept, the rest stays.") { name, network };
        command.Run((parsed, console, _) =>
        {
            var list = ContextFile.Read();
            var key = parsed.GetRequiredValue(name);
            var before = list.Contexts.GetValueOrDefault(key) ?? new ContextSettings(null, null, null, null);
            var after = new ContextSettings(
                parsed.GetValue(GlobalOptions.Node) is { Length: > 0 } nodes ? [.. nodes.Select(static node => node.OriginalString)] : before.Nodes,
                parsed.GetValue(GlobalOptions.KeyFile)?.FullName ?? before.KeyFile,
                parsed.GetValue(GlobalOptions.PassphraseFile)?.FullName ?? before.PassphraseFile,
                parsed.GetValue(network) ?? before.Network);
            list = list with { Contexts = new Dictionary<string, ContextSettings>(list.Contexts) { [key] = after } };
            ContextFile.Write(list);
            Tell(console, Of(list, key));
            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }

    private static Command Remove()
    {
        var name = Name();
        var command = new Command("remove", "Forget a context. Its key file and its stores stay.") { name };
        command.Run((parsed, console, _) =>
        {
            var list = ContextFile.Read();
            var gone = Existing(list, parsed.GetRequiredValue(name));
            var output = Of(list, gone);
            ContextFile.Write(list with
            {
                Current = list.Current == gone ? null : list.Current,
                Contexts = list.Contexts.Where(pair => pair.Key != gone).ToDictionary(),
            });
            Tell(console, output);
            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }

    private static Argument<string> Name() => new("name")
    {
        Description = "The context.",
        CustomParser = static result =>
        {
            var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (ContextName.IsValid(text)) return text;
            result.AddError($"'{text}' is no name of a context: {ContextName.Rule}.");
            return "";
        },
    };

    private static string Existing(ContextList list, string name) => list.Contexts.ContainsKey(name)
        ? name
        : throw new XmtpException(ErrorCatalogue.OptionsInvalid, $"There is no context '{name}'; `xmtp context list` shows those there are.");

    private static ContextOutput Of(ContextList list, string name) =>
        From(name, list.Current == name, list.Contexts[name]);

    private static ContextOutput From(string name, bool isCurrent, ContextSettings context) =>
        new(name, isCurrent, context.Nodes ?? [], context.KeyFile, context.PassphraseFile, context.Network);

    private static void Tell(CliConsole console, ContextOutput context) => console.Result(context, CliJson.Default.ContextOutput, output => string.Join(
        Environment.NewLine,
        new[]
        {
            $"{console.Bold(output.Name ?? "no context")}{(output.Current ? console.Green(" (current)") : "")}",
            output.Nodes.Count > 0 ? $"  nodes            {string.Join(", ", output.Nodes)}" : null,
            output.KeyFile is null ? null : $"  key file         {output.KeyFile}",
            output.PassphraseFile is null ? null : $"  passphrase file  {output.PassphraseFile}",
            output.Network is null ? null : $"  network          {output.Network}",
        }.OfType<string>()));
}
