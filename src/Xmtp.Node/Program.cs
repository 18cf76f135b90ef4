return await Xmtp.Node.Hosting.NodeProgram.RunAsync(args, Console.Error);
