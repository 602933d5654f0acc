// The command: arguments as typed -> validated plan -> run -> exit code.
Program.run()
